// The rows of /live, as they arrive. Without this the page is a list that can be loaded again.
(() => {
  "use strict";
  const rows = document.getElementById("live-rows");
  const state = document.getElementById("live-state");
  const said = document.getElementById("live-said");
  const button = document.getElementById("live-pause");
  const most = Number(rows.dataset.most);
  let last = rows.dataset.after;
  let source = null;
  let untold = [];
  const words = { pass: "passed", fail: "not yet", error: "the grader failed", "not-started": "not started" };

  const put = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html; // rows of ours: whatever a learner wrote is escaped in them
    const fresh = [...template.content.querySelectorAll("tr")].filter((row) => !document.getElementById(row.id));
    fresh.forEach((row) => row.classList.add("new"));
    rows.prepend(...fresh);
    while (rows.children.length > most && !rows.lastElementChild.contains(document.activeElement)) {
      rows.lastElementChild.remove();
    }
    document.getElementById("live-empty")?.remove();
    untold.push(...fresh.map((row) => row.dataset.status));
  };

  // A summary, not each row: whoever listens to it is not to be read to without an end.
  setInterval(() => {
    if (!untold.length) return;
    const counts = {};
    untold.forEach((status) => (counts[status] = (counts[status] || 0) + 1));
    const parts = Object.entries(counts).map(([status, count]) => `${count} ${words[status] || status}`);
    said.textContent = `${untold.length} new: ${parts.join(", ")}.`;
    untold = [];
  }, 4000);

  const say = (text, again) => {
    state.textContent = text;
    if (again) {
      const link = document.createElement("a");
      link.href = location.pathname;
      link.textContent = "Load it again";
      state.append(" ", link);
    }
  };

  const open = () => {
    source = new EventSource(`${rows.dataset.events}?after=${encodeURIComponent(last)}`);
    source.onopen = () => say("Live.");
    source.addEventListener("results", (event) => {
      last = event.lastEventId || last;
      put(event.data);
    });
    source.addEventListener("end", (event) => {
      source.close();
      button.hidden = true;
      say(event.data, true);
    });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) {
        button.hidden = true;
        say("This page does not listen any more.", true);
      } else {
        say("The connection is lost; trying again …");
      }
    };
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    if (source) {
      source.close();
      source = null;
      say("Paused. What arrives meanwhile comes when you go on.");
      button.textContent = "Go on";
    } else {
      rows.querySelectorAll(".new").forEach((row) => row.classList.remove("new"));
      button.textContent = "Pause";
      say("…");
      open();
    }
  });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && source && open());
  open();
})();
