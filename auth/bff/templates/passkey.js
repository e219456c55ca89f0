"use strict";
// Asks the browser for the passkey, and posts its answer with the page's first form.
(function () {
  const place = document.getElementById("passkey");
  const form = document.forms[0];
  if (!place || !form || !window.PublicKeyCredential) return;
  const register = place.dataset.register === "true";
  const field = form.elements[register ? "credential" : "challengeResponse"];
  form.addEventListener("submit", async function (event) {
    if (field.value) return;
    event.preventDefault();
    try {
      const options = JSON.parse(place.dataset.options);
      const credential = register
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      field.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (failure) {
      place.textContent = failure.message;
    }
  });
})();
