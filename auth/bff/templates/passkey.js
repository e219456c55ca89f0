"use strict";
// Asks the browser for the passkey, and posts its answer with the page's first form.
(function () {
  const place = document.getElementById("passkey");
  const form = document.forms[0];
  if (!place || !form || !window.PublicKeyCredential) return;
  const field = form.elements.challengeResponse;
  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    try {
      const options = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(place.dataset.options));
      const credential = await navigator.credentials.get({ publicKey: options });
      field.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (failure) {
      place.textContent = failure.message;
    }
  });
})();
