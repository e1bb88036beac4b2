// What the pages cannot do without a script: play, jump to a finding, copy, fetch a clip with
// its sidecar, show what a bar of the timeline is.
"use strict";

(() => {
  const video = document.getElementById("player");
  const wrong = document.getElementById("player-wrong");

  function say(failed) {
    if (wrong) {
      wrong.hidden = !failed;
    }
  }

  function load(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  // Loading begins when somebody wants to see it: opening the page is not yet a look at the footage.
  let ready = null;

  async function attach() {
    await load(video.dataset.hls);
    const Hls = window.Hls;
    if (!Hls || !Hls.isSupported()) {
      if (video.canPlayType("application/vnd.apple.mpegurl")) {
        video.src = video.dataset.playlist;
        return;
      }
      throw new Error("no way to play HLS");
    }
    // A worker would be made from a blob, which the page's policy forbids.
    const player = new Hls({ enableWorker: false });
    let repairs = 0;
    player.on(Hls.Events.ERROR, (event, data) => {
      if (data.fatal && data.type === Hls.ErrorTypes.MEDIA_ERROR && repairs < 2) {
        repairs += 1;
        player.recoverMediaError();
      } else if (data.fatal) {
        say(true);
      }
    });
    player.loadSource(video.dataset.playlist);
    player.attachMedia(video);
  }

  function prepare() {
    ready ??= attach().catch(() => say(true));
    return ready;
  }

  if (video) {
    const cover = document.getElementById("play");
    cover.hidden = false;
    const begin = async () => {
      cover.hidden = true;
      video.controls = true;
      await prepare();
    };
    cover.addEventListener("click", async () => {
      await begin();
      video.focus();
      video.play().catch(() => {});
    });
    video.addEventListener("playing", () => say(false));
    for (const button of document.querySelectorAll("button.seek")) {
      button.addEventListener("click", async () => {
        await begin();
        const at = Number(button.dataset.seek);
        const jump = () => {
          video.currentTime = at;
          video.play().catch(() => {});
        };
        if (video.readyState >= 1) {
          jump();
        } else {
          video.addEventListener("loadedmetadata", jump, { once: true });
        }
        video.scrollIntoView({ block: "nearest" });
      });
    }
  }

  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      let copied = true;
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        // no clipboard over plain HTTP: select it, so that one key press copies it
        copied = false;
        getSelection().selectAllChildren(source);
      }
      if (copied) {
        const before = button.textContent;
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = before; }, 1500);
      }
    });
  }

  const clip = document.querySelector("form.clip");
  if (clip) {
    const part = (id) => document.getElementById("clip-" + id);
    const ask = async (address, options) => {
      const answer = await fetch(address, options);
      const said = await answer.json();
      if (!answer.ok) {
        throw new Error(said.detail || answer.statusText);
      }
      return said;
    };
    const cut = async () => {
      const fields = new FormData(clip);
      let now = await ask("/api/v1/clips", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          recording: clip.dataset.recording,
          from: Number(fields.get("from")),
          to: Number(fields.get("to")),
          exact: fields.has("exact"),
          reason: fields.get("reason"),
        }),
      });
      while (now.state === "waiting" || now.state === "working") {
        now = await ask("/api/v1/clips/" + now.id + "?wait=10");
      }
      if (now.state !== "ready") {
        throw new Error(now.detail);
      }
      part("file").href = now.file;
      part("sidecar").href = now.sidecar;
      part("done").hidden = false;
    };
    clip.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = clip.querySelector("button");
      button.disabled = true;
      part("done").hidden = true;
      part("wrong").hidden = true;
      part("working").hidden = false;
      try {
        await cut();
      } catch (failure) {
        part("wrong").textContent = failure.message;
        part("wrong").hidden = false;
      }
      part("working").hidden = true;
      button.disabled = false;
    });
  }

  const waiting = document.querySelector("[data-reload-seconds]");
  if (waiting) {
    setTimeout(() => location.reload(), 1000 * Number(waiting.dataset.reloadSeconds));
  }

  const detail = document.getElementById("bar-detail");
  if (detail) {
    const show = (bar) => {
      detail.replaceChildren();
      if (bar.dataset.poster) {
        const poster = document.createElement("img");
        poster.src = bar.dataset.poster;
        poster.alt = "";
        detail.append(poster);
      }
      const text = document.createElement("span");
      text.textContent = bar.getAttribute("aria-label");
      detail.append(text);
      detail.classList.add("on");
      document.getElementById(bar.dataset.row)?.classList.add("pointed");
    };
    const clear = (bar) => document.getElementById(bar.dataset.row)?.classList.remove("pointed");
    for (const bar of document.querySelectorAll("a.bar")) {
      bar.addEventListener("pointerenter", () => show(bar));
      bar.addEventListener("focus", () => show(bar));
      bar.addEventListener("pointerleave", () => clear(bar));
      bar.addEventListener("blur", () => clear(bar));
      const row = document.getElementById(bar.dataset.row);
      row?.addEventListener("pointerenter", () => bar.classList.add("pointed"));
      row?.addEventListener("pointerleave", () => bar.classList.remove("pointed"));
    }
  }
})();
