// Photographs pages with the computer's camera: each becomes a JPEG file of the file box named by data-camera.

import { onContent, texts } from "./page.js";

const LONGEST_SIDE = 2200;
const QUALITY = 0.8;

function start(place) {
  const box = document.getElementById(place.dataset.camera);
  const view = place.querySelector("[data-camera-view]");
  const picture = place.querySelector("[data-camera-picture]");
  const status = place.querySelector("[data-camera-status]");
  const opener = place.querySelector("[data-camera-open]");
  const papers = box.closest("[data-upload-url]");
  let stream = null;
  let pages = 0;

  async function open() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 2560 } }, audio: false });
    } catch {
      status.textContent = texts.noCamera;
      return;
    }
    if (papers) papers.dataset.hold = "1"; // the page stays until the last page is taken
    picture.srcObject = stream;
    await picture.play();
    view.hidden = false;
    place.querySelector("[data-camera-take]").focus();
  }

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    picture.srcObject = null;
    view.hidden = true;
    opener.focus();
    if (!papers) return;
    delete papers.dataset.hold;
    papers.dispatchEvent(new CustomEvent("pages-taken"));
  }

  async function take() {
    if (!stream) return;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.videoWidth, picture.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.videoWidth * scale);
    canvas.height = Math.round(picture.videoHeight * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    pages += 1;
    const files = new DataTransfer();
    [...box.files].forEach((file) => files.items.add(file));
    files.items.add(new File([blob], `${texts.page.toLowerCase()}-${pages}.jpg`, { type: "image/jpeg" }));
    box.files = files.files;
    status.textContent = `${texts.page} ${pages}`;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  opener.addEventListener("click", open);
  place.querySelector("[data-camera-take]").addEventListener("click", take);
  place.querySelector("[data-camera-close]").addEventListener("click", close);
  window.addEventListener("pagehide", () => stream?.getTracks().forEach((track) => track.stop()));
  place.hidden = false;
}

if (navigator.mediaDevices?.getUserMedia) onContent((root) => root.querySelectorAll("[data-camera]").forEach(start));
