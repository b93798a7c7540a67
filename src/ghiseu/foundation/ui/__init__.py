"""The pages' common ground: frame, components, styles, scripts, languages. Knows no module.

A page extends `ui/base.html` (the desk) or `ui/bare.html` (sign-in, errors, public pages), imports
`ui/components.html`, and hands the components the values of `ghiseu.foundation.ui.parts`.
"""
