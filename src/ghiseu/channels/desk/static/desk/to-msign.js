// Sends the browser to MSign at once. Without scripts the button does it.
document.getElementById("to-msign").submit();
