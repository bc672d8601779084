"""Files of office programs beside Word's: texts, slides and sheets; all but RTF are read from their XML."""
