"""A body with a little of everything: what is loaded when it is first used, is loaded by it."""

_PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAA"
    "Bytg0kAAAAFElEQVR4nGP8z8DQwMDAwMDEAAUAGCUBg0aIlScAAAAASUVORK5CYII="
)
_GIF = "data:image/gif;base64,R0lGODdhAgACAIAAAAAAAAAAACwAAAAAAgACAAAIBgABCAQQEAA7"
REHEARSAL = f"""<html lang="de">
<style>p {{ color: #123; background: linear-gradient(red, blue) }}</style>
<h1>Répétition Δ Ж</h1>
<p style="font: italic bold 12px Georgia, serif">1</p><ul><li>2</ul>
<table border=1><tr><td width=50% bgcolor=red align=right>3</table>
<img src="{_PNG}"><img src="{_GIF}"><pre>4</pre>"""
"""It is also what an engine must print before a body is called unprintable."""
