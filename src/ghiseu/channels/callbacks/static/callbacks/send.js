// Sends the page's only message at once. Without scripts the button does it.
document.getElementById("saml-message").submit();
