"""The text of a page from where its glyphs stand: lines, columns, running heads, paragraphs."""
