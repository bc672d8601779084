"""The chat at an address: who may come in, what is answered to programs, and what stands around Gradio."""
