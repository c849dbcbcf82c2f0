// The live parts of the desk. Without it every page works by plain forms and links.
"use strict";

(() => {
  // A page that a press has made: its live parts and its searches are those of the page where it was pressed.
  const here = document.getElementById("main")?.dataset.here;
  if (here) history.replaceState(null, "", here);

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // What the server sends of one live part, each time that it looks different.
  function listen(name, hear) {
    if (!window.EventSource) return;
    const address = new URL(location.href);
    address.pathname += "/live";
    address.searchParams.set("live", name);
    const source = new EventSource(address);
    source.addEventListener("message", (event) => hear(event.data));
    window.addEventListener("pagehide", () => source.close());
  }

  // Parts that follow what happens. Nothing moves under a hand: while somebody points or types there, it waits.
  function follow(part) {
    let fresh = "";
    let pointed = 0;
    const busy = () => part.contains(document.activeElement) || Date.now() - pointed < 3000;
    const show = () => {
      if (!fresh || busy()) return;
      part.replaceChildren(...parse(fresh).body.childNodes);
      fresh = "";
      start(part);
    };
    listen(part.dataset.live, (html) => {
      fresh = html;
      const titled = parse(html).querySelector("[data-title]");
      if (titled) document.title = titled.textContent;
      show();
    });
    part.addEventListener("pointermove", () => (pointed = Date.now()));
    setInterval(show, 1000);
  }

  // What a search finds follows the typing.
  function search(form) {
    const found = document.getElementById("found");
    if (!found || !window.fetch) return;
    let waiting = 0;
    let latest = 0;
    const look = async () => {
      const mine = ++latest;
      const address = new URL(location.href);
      address.search = new URLSearchParams(new FormData(form)).toString();
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const fresh = parse(await answer.text()).getElementById("found");
      if (!fresh || mine !== latest) return;
      found.replaceChildren(...fresh.childNodes);
      start(found);
      history.replaceState(null, "", address);
    };
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => look().catch(() => {}), 250);
    });
  }

  // A tap in a long list changes that one name; the page stays where it is.
  function quick(form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const place = form.closest("li");
      const body = new URLSearchParams(new FormData(form, event.submitter));
      fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } })
        .then(async (answer) => {
          const page = parse(await answer.text());
          const fresh = page.getElementById(place.id);
          if (!answer.ok || !fresh) throw new Error("the page looks different now");
          place.replaceChildren(...fresh.childNodes);
          start(place);
          place.querySelector("button").focus();
          for (const live of document.querySelectorAll("[data-live]")) {
            const now = page.querySelector(`[data-live="${CSS.escape(live.dataset.live)}"]`);
            if (now) live.replaceChildren(...now.childNodes);
          }
        })
        .catch(() => form.submit());
    });
  }

  // What takes its time says so, and counts where the server does.
  function slow(form) {
    form.addEventListener("submit", () => {
      const shown = form.querySelector(".progress");
      shown.hidden = false;
      form.querySelector("button").setAttribute("aria-disabled", "true");
      listen("working", (html) => {
        const far = parse(html).querySelector(".progress");
        if (far) shown.replaceChildren(...far.childNodes);
      });
    });
  }

  // Views of one thing behind a row of buttons.
  function tabs(box) {
    const views = [...box.children];
    const row = document.createElement("div");
    row.className = "nav";
    row.setAttribute("role", "tablist");
    const show = (chosen) => {
      views.forEach((view, place) => {
        view.hidden = place !== chosen;
        row.children[place].setAttribute("aria-selected", String(place === chosen));
        row.children[place].tabIndex = place === chosen ? 0 : -1;
      });
    };
    views.forEach((view, place) => {
      const button = document.createElement("button");
      const title = view.querySelector("h2");
      button.type = "button";
      button.textContent = title.textContent;
      title.remove();
      view.id = view.id || `view-${Math.random().toString(36).slice(2)}`;
      view.setAttribute("role", "tabpanel");
      view.setAttribute("aria-label", button.textContent);
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", view.id);
      button.addEventListener("click", () => show(place));
      row.append(button);
    });
    row.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const place = ([...row.children].indexOf(document.activeElement) + step + views.length) % views.length;
      show(place);
      row.children[place].focus();
    });
    box.prepend(row);
    show(0);
  }

  function start(root) {
    root.querySelectorAll("[data-live]").forEach(follow);
    root.querySelectorAll("[data-search]").forEach(search);
    root.querySelectorAll("[data-quick]").forEach(quick);
    root.querySelectorAll("[data-slow]").forEach(slow);
    root.querySelectorAll("[data-tabs]").forEach(tabs);
  }

  start(document);
})();
