// The live parts of the chat page. Without it the page works by plain forms and links.
"use strict";

(() => {
  const log = document.getElementById("log");
  if (!log || !("live" in log.dataset) || !window.EventSource || !window.fetch) return;
  const scroll = document.querySelector(".scroll");
  const fixed = document.getElementById("fixed");
  const notice = document.getElementById("alert");
  const words = document.getElementById("words");
  // Words stand in the page, where they are in the characters that its reader chose.
  const phrase = (name) => document.getElementById("said").content.querySelector(`[data-said=${name}]`).textContent;
  const TICK = phrase("tick");
  let after = log.dataset.after;
  let sending = Promise.resolve();
  // Forms that this page sent: what comes back of them stands here already.
  const sent = new Set();

  const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  function toNewest() {
    scroll.scrollTop = scroll.scrollHeight;
    if (getComputedStyle(scroll).overflowY === "visible") log.lastElementChild.scrollIntoView({ block: "nearest" });
  }

  function bubble(kind, text) {
    const box = copy(kind);
    const line = box.querySelector("p");
    if (text) line.textContent = text;
    else line.remove();
    log.append(box);
    toNewest();
    return box;
  }

  // Buttons that were answered, or that newer ones replace, mean nothing any more.
  function settle() {
    const groups = [...log.querySelectorAll(".choices")];
    groups.forEach((group) => group.remove());
    return groups;
  }

  function button(says, label, quiet) {
    const form = copy("press");
    const press = form.querySelector("button");
    press.value = says;
    press.textContent = label;
    if (quiet) press.className = "quiet";
    return form;
  }

  function file(media) {
    if (media.path && (media.kind === "picture" || media.kind === "sticker")) {
      const picture = new Image();
      picture.alt = media.name || phrase("picture");
      picture.addEventListener("load", toNewest);
      picture.src = media.path;
      return picture;
    }
    if (media.path && media.kind === "voice") {
      const sound = document.createElement("audio");
      sound.controls = true;
      sound.preload = "none";
      sound.src = media.path;
      sound.setAttribute("aria-label", media.name || phrase("voice"));
      return sound;
    }
    const link = document.createElement(media.path ? "a" : "p");
    if (media.path) link.href = media.path;
    link.textContent = media.name || phrase("file");
    return link;
  }

  function heard(message) {
    const box = bubble("their", message.text);
    message.media.forEach((media) => box.append(file(media)));
    if (message.choices.length) {
      settle();
      const pick = copy("pick");
      pick.append(...message.choices.map((c) => button(c.says, c.label, false)));
      log.append(pick);
    }
    fixed.replaceChildren(...message.fixed.map((label) => button(label, label, true)));
    toNewest();
  }

  // Said on another page of this browser.
  function said(message) {
    if (sent.has(message.page)) return;
    settle();
    const box = bubble("mine", message.text);
    message.media.forEach((media) => box.append(file(media)));
    box.querySelector(".tick").textContent = TICK;
    toNewest();
  }

  function listen() {
    const stream = new EventSource(`/chat/stream?own=1&after=${encodeURIComponent(after)}`);
    stream.addEventListener("said", (event) => {
      after = event.lastEventId;
      said(JSON.parse(event.data));
    });
    stream.addEventListener("message", (event) => {
      after = event.lastEventId;
      heard(JSON.parse(event.data));
    });
    stream.addEventListener("error", () => {
      // The browser itself tries again unless the server has turned it away.
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 10000);
    });
  }

  function say(text) {
    const alert = document.createElement("p");
    alert.className = "alert";
    alert.textContent = text;
    notice.replaceChildren(alert);
  }

  function tokens(value) {
    document.querySelectorAll("input[name=form_token]").forEach((field) => (field.value = value));
    document.getElementById("press").content.querySelector("input[name=form_token]").value = value;
  }

  async function send(text, box, choices) {
    const field = document.querySelector(".say input[name=form_token]");
    const body = new URLSearchParams({ text, form_token: field.value });
    sent.add(field.value.split(".")[0]);
    try {
      const answer = await fetch("/chat", { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (told.form_token) tokens(told.form_token);
      if (answer.ok) {
        box.querySelector(".tick").textContent = TICK;
        return;
      }
      if (!told.refusal) {
        location.assign("/chat?wait=1");
        return;
      }
      say(told.refusal);
    } catch {
      say(phrase("unsent"));
    }
    box.remove();
    if (!log.querySelector(".choices")) log.append(...choices);
    if (!words.value) words.value = text;
    toNewest();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("say" in form.dataset)) return;
    event.preventDefault();
    const pressed = event.submitter && event.submitter.name === "text" ? event.submitter : null;
    const text = (pressed ? pressed.value : words.value).trim();
    if (!text) {
      words.focus();
      return;
    }
    notice.replaceChildren();
    const choices = settle();
    if (!pressed) words.value = "";
    // The pressed button is gone; the keyboard of a phone stays down.
    (pressed ? scroll : words).focus({ preventScroll: true });
    const box = bubble("mine", text);
    sending = sending.then(() => send(text, box, choices));
  });

  listen();
})();
