// Goes on to the other platform by itself; the button stays for when it does not.
document.getElementById("handoff-form").requestSubmit();
