"use strict";
// Has the browser use or create a passkey, and posts its answer with the form. What a form is for
// stands in its data-passkey:
//   get     answers the step that the page asks for
//   create  gets the options from the handler, for a new passkey
//   show    has a button that needs scripts
//   offer   has the browser offer the passkeys of the name that is typed, among what it fills in
(() => {
  const supported = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  let offered; // the AbortController of an offer

  const say = (form, text) => {
    const place = form.querySelector("[data-problem]");
    place.textContent = text;
    place.hidden = !text;
  };

  const ask = async (path, fields, signal) => {
    const response = await fetch(path, {
      method: "POST",
      signal,
      headers: { "Accept": "application/json", "Content-Type": "application/json", "X-Requested-With": "fetch" },
      body: JSON.stringify(fields),
    });
    if (!response.ok) throw new Error(response.status);
    return response.json();
  };

  const send = (form, name, credential) => {
    form.elements[name].value = JSON.stringify(credential.toJSON());
    form.submit();
  };

  const use = async (form) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(form.dataset.options));
    send(form, "challengeResponse", await navigator.credentials.get({ publicKey }));
  };

  const create = async (form) => {
    const person = form.elements.person ? { person: form.elements.person.value } : {};
    const options = await ask(form.dataset.start, person);
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    send(form, "credential", await navigator.credentials.create({ publicKey }));
  };

  // attempt runs a call at a time, and tells what became of it unless it was not asked for.
  const attempt = async (form, call, unasked) => {
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    say(form, "");
    try {
      await call(form);
    } catch (failure) {
      const stopped = failure.name === "NotAllowedError" || failure.name === "AbortError";
      if (!unasked) say(form, stopped ? form.dataset.stopped : form.dataset.failed);
    }
    delete form.dataset.busy;
  };

  // offer begins a sign-in with a passkey, which takes the place of any other one of the browser.
  // Cognito knows passkeys by the name of their owner, so that is needed first.
  const offer = async (form) => {
    const username = form.elements.username.value;
    if (offered) offered.abort();
    if (!username) return;
    const mine = offered = new AbortController();
    try {
      const step = await ask(form.action, { username, preferredChallenge: "WEB_AUTHN" }, mine.signal);
      const options = step.nextStep && step.nextStep.credentialRequestOptions;
      if (!options || mine.signal.aborted) return;
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      const credential = await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal });
      const answer = document.createElement("form");
      answer.method = "post";
      answer.action = form.dataset.answer;
      const back = form.elements.return ? { return: form.elements.return.value } : {};
      for (const [name, value] of Object.entries({ stepId: step.stepId, challengeResponse: "", ...back })) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        answer.append(field);
      }
      document.body.append(answer);
      send(answer, "challengeResponse", credential);
    } catch {
      // Nobody has asked for it: the form is there.
    }
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    if (!supported) {
      if (form.dataset.missing) say(form, form.dataset.missing);
      continue;
    }
    for (const button of form.querySelectorAll("[data-scripted]")) button.hidden = false;
    const call = { get: use, create }[form.dataset.passkey];
    if (call) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        attempt(form, call, false);
      });
    }
    if (call === use && !document.querySelector(".summary")) attempt(form, use, true);
    if (form.dataset.passkey === "offer" && PublicKeyCredential.isConditionalMediationAvailable) {
      form.addEventListener("submit", () => { if (offered) offered.abort(); });
      PublicKeyCredential.isConditionalMediationAvailable().then((can) => {
        if (can) form.elements.username.addEventListener("change", () => offer(form));
      });
    }
  }
})();
