"""The views of the page: one module a view.

Not called `pages`: Streamlit runs whatever lies in a folder of that name beside `ui/app.py` as a page of its own.
"""
