// A picture that the camera took is sent at once; a file that a person chose waits for the button.

document.querySelectorAll("form[data-photograph]").forEach((form) => {
  form.querySelector("input[type=file]").addEventListener("change", (event) => {
    if (event.isTrusted) return; // chosen by hand; camera.js makes events of its own
    form.querySelector("[data-camera-close]").click();
    form.requestSubmit();
  });
});
