// The player: the footage, and under it a time line with sound, findings and small pictures;
// quality, speed, single pictures, and links to a place. It has the only seek bar: the
// browser's own would know nothing of findings. Clips are in clip.js, which hears of this
// through events of the video element: "place" when another place is shown.
"use strict";

(() => {
  const video = document.getElementById("player");
  if (!video) {
    return;
  }
  const part = (id) => document.getElementById(id);
  const facts = video.dataset;
  const rate = Number(facts.rate) || 25;
  const track = part("track");
  const cover = part("play");
  let attached = null;
  let hls = null;
  let pending = null;

  // ---- times

  const duration = () => Number.isFinite(video.duration) ? video.duration : Number(facts.seconds) || 0;
  const place = () => pending ?? video.currentTime;

  function text(seconds, fine) {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const rest = fine ? (Math.floor(seconds * 10) / 10 % 60).toFixed(1).padStart(4, "0") : two(whole % 60);
    return (hours ? hours + ":" + two(minutes) : minutes) + ":" + rest;
  }

  const clock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: facts.zone,
  });
  const clockAt = (seconds) => clock.format(new Date(Date.parse(facts.begin) + seconds * 1000));

  // ---- loading: begins when somebody wants to see it; opening the page is not yet a look at the footage

  const say = (failed) => { part("player-wrong").hidden = !failed; };

  function load(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function attach() {
    await load(facts.hls);
    const Hls = window.Hls;
    if (!Hls || !Hls.isSupported()) {
      if (!video.canPlayType("application/vnd.apple.mpegurl")) {
        throw new Error("no way to play HLS");
      }
      quality.open();
      return;
    }
    // A worker would be made from a blob, which the page's policy forbids.
    hls = new Hls({ enableWorker: false });
    let repairs = 0;
    hls.on(Hls.Events.ERROR, (event, data) => {
      if (data.fatal && data.type === Hls.ErrorTypes.MEDIA_ERROR && repairs < 2) {
        repairs += 1;
        hls.recoverMediaError();
      } else if (data.fatal) {
        say(true);
      }
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => quality.offer());
    hls.on(Hls.Events.LEVEL_SWITCHED, (event, data) => quality.tell(hls.levels[data.level]));
    hls.loadSource(facts.playback + "master.m3u8");
    hls.attachMedia(video);
  }

  function begin() {
    cover.hidden = true;
    attached ??= attach().catch(() => say(true));
    return attached;
  }

  function play() {
    begin().then(() => video.play()).catch(() => {});
  }

  function goTo(seconds) {
    const last = duration();
    const at = Math.max(0, last > 0 ? Math.min(seconds, last - 0.5 / rate) : seconds);
    if (video.readyState >= 1) {
      video.currentTime = at;
    } else {
      pending = at;
      begin();
    }
    show();
  }

  video.addEventListener("loadedmetadata", () => {
    if (pending !== null) {
      video.currentTime = pending;
      pending = null;
    }
    show();
  });

  // ---- quality: chosen once for this browser; automatic unless somebody chooses

  const quality = {
    choice: part("quality"),
    chosen: "auto",

    open() {
      const file = { auto: "master.m3u8", full: "index.m3u8", low: "low.m3u8" }[this.chosen];
      const at = place();
      pending = at > 0 ? at : null;
      const going = !video.paused;
      video.src = facts.playback + file;
      part("quality-choice").hidden = false;
      if (going) {
        video.play().catch(() => {});
      }
    },

    offer() {
      part("quality-choice").hidden = hls.levels.length < 2;
      this.apply();
    },

    apply() {
      if (hls && hls.levels.length > 1) {
        const levels = { auto: -1, low: 0, full: hls.levels.length - 1 };
        hls.currentLevel = levels[this.chosen];
      } else if (!hls && attached) {
        this.open();
      }
    },

    tell(level) {
      const name = level.url[0].endsWith("/low.m3u8") ? "low" : "full";
      const words = this.choice.querySelector("option[value=" + name + "]").textContent;
      part("quality-now").textContent = this.chosen === "auto" && hls.levels.length > 1 ? words : "";
    },
  };

  try {
    quality.chosen = localStorage.getItem("quality") ?? "auto";
  } catch {
    // a browser that keeps nothing
  }
  if (!["auto", "full", "low"].includes(quality.chosen)) {
    quality.chosen = "auto";
  }
  quality.choice.value = quality.chosen;
  quality.choice.addEventListener("change", () => {
    quality.chosen = quality.choice.value;
    part("quality-now").textContent = "";
    try {
      localStorage.setItem("quality", quality.chosen);
    } catch {
      // then it holds for this page only
    }
    quality.apply();
  });

  // ---- what the time line shows

  const percent = (seconds) => (duration() > 0 ? Math.min(100, 100 * seconds / duration()) : 0) + "%";

  function show() {
    const now = place();
    part("track-played").style.width = percent(now);
    part("place").textContent = text(now, true) + " / " + text(duration(), true);
    part("clock").textContent = clockAt(now);
    track.setAttribute("aria-valuemax", duration().toFixed(1));
    track.setAttribute("aria-valuenow", now.toFixed(1));
    track.setAttribute("aria-valuetext", text(now) + " / " + text(duration()) + ", " + clockAt(now));
    video.dispatchEvent(new CustomEvent("place", { detail: now }));
  }

  for (const event of ["timeupdate", "seeking", "seeked", "durationchange"]) {
    video.addEventListener(event, show);
  }

  function follow() {
    show();
    if (!video.paused && !video.ended) {
      requestAnimationFrame(follow);
    }
  }

  const toggle = part("toggle");
  const tell = () => {
    toggle.textContent = video.paused ? "▶" : "⏸";
    toggle.setAttribute("aria-label", video.paused ? toggle.dataset.play : toggle.dataset.pause);
  };
  video.addEventListener("playing", () => { say(false); tell(); follow(); });
  for (const event of ["play", "pause", "ended"]) {
    video.addEventListener(event, tell);
  }

  const findings = [...document.querySelectorAll("button.seek")].map((button) => ({
    button,
    from: Number(button.dataset.seek),
    to: Number(button.dataset.to || button.dataset.seek),
  })).sort((one, other) => one.from - other.from);

  function mark() {
    part("track-marks").replaceChildren(...findings.map(({ button, from, to }) => {
      const sign = document.createElement("button");
      sign.type = "button";
      sign.tabIndex = -1; // the list below has them for the keyboard, and the keys N and P
      sign.className = "track-mark mark-" + button.dataset.kind;
      sign.title = button.parentElement.querySelector(".finding").textContent + " " + button.textContent.trim();
      sign.style.left = "min(" + percent(from) + ", 100% - .55rem)";
      sign.style.width = "max(.55rem, calc(" + percent(to) + " - " + percent(from) + "))";
      sign.addEventListener("click", () => goTo(from));
      return sign;
    }));
  }

  for (const { button, from } of findings) {
    button.addEventListener("click", () => {
      goTo(from);
      play();
      video.scrollIntoView({ block: "nearest" });
    });
  }

  // ---- sound and small pictures, as soon as somebody has made them

  let peaks = null;
  let tiles = [];
  const sheets = new Map();

  function wave() {
    const canvas = part("wave");
    const scale = window.devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale);
    const height = Math.round(canvas.clientHeight * scale);
    if (!peaks || !width || !duration()) {
      return;
    }
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = getComputedStyle(canvas).color;
    const each = duration() / peaks.secondsPerPeak / width;
    for (let x = 0; x < width; x += 1) {
      const first = Math.floor(x * each);
      const loudest = Math.max(0, ...peaks.peaks.slice(first, Math.max(first + 1, Math.ceil((x + 1) * each))));
      const bar = Math.max(scale, Math.sqrt(loudest / 100) * height);
      pen.fillRect(x, height - bar, 1, bar);
    }
  }

  new ResizeObserver(wave).observe(track);

  const seconds = (time) => time.split(":").reduce((sum, number) => 60 * sum + Number(number), 0);

  function cues(vtt) {
    return [...vtt.matchAll(/([\d:.]+) --> ([\d:.]+)\s+(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map((cue) => ({
      from: seconds(cue[1]), sheet: cue[3], x: +cue[4], y: +cue[5], w: +cue[6], h: +cue[7],
    }));
  }

  const fetched = async (address) => {
    const answer = await fetch(address);
    return answer.ok ? answer : null;
  };

  async function dress() {
    const [sound, board] = await Promise.all([
      facts.sound === "true" ? fetched(facts.playback + "waveform.json") : null,
      facts.pictures === "true" ? fetched(facts.recording + "/storyboard.vtt") : null,
    ]);
    peaks = sound && await sound.json();
    tiles = board ? cues(await board.text()) : [];
    wave();
  }

  /** Not yet looked at: asks now and then, while the page is seen, what has become of it. */
  async function awaitLooks() {
    const answer = await fetch(facts.recording);
    const now = answer.ok ? await answer.json() : {};
    if (now.state === "stored") {
      setTimeout(() => (document.hidden
        ? document.addEventListener("visibilitychange", () => awaitLooks().catch(() => {}), { once: true })
        : awaitLooks().catch(() => {})), 5000);
    } else if (now.state === "ready") {
      facts.seconds = now.media.durationSeconds;
      facts.sound = String(Boolean(now.media.audio));
      facts.pictures = String(Boolean(now.media.video));
      await dress();
      show();
    }
  }

  (facts.looked === "true" ? dress() : awaitLooks()).catch(() => {}); // it plays without

  async function sheet(name) {
    if (!sheets.has(name)) {
      const picture = new Image();
      picture.src = facts.recording + "/" + name;
      sheets.set(name, picture.decode().then(() => picture));
    }
    return sheets.get(name);
  }

  let peeked = 0;

  async function peek(at) {
    const figure = part("peek");
    const canvas = part("peek-picture");
    const mine = ++peeked;
    figure.hidden = false;
    part("peek-time").textContent = text(at, true) + " · " + clockAt(at);
    const tile = tiles.findLast((one) => one.from <= at + 0.001) ?? tiles[0];
    canvas.hidden = !tile;
    const settle = () => {
      const room = track.clientWidth - figure.offsetWidth;
      const left = track.clientWidth * at / (duration() || 1) - figure.offsetWidth / 2;
      figure.style.left = Math.max(0, Math.min(room, left)) + "px";
    };
    settle();
    if (tile) {
      const picture = await sheet(tile.sheet);
      if (mine === peeked) {
        canvas.width = tile.w;
        canvas.height = tile.h;
        canvas.getContext("2d").drawImage(picture, tile.x, tile.y, tile.w, tile.h, 0, 0, tile.w, tile.h);
        canvas.dataset.from = tile.from;
        settle();
      }
    }
  }

  function unpeek() {
    peeked += 1;
    part("peek").hidden = true;
  }

  const under = (event) => {
    const box = track.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * duration();
  };
  const quietly = (promise) => promise.catch(() => {}); // a sheet that cannot be had leaves the time

  track.addEventListener("pointermove", (event) => {
    quietly(peek(under(event)));
    if (event.buttons === 1 && track.hasPointerCapture(event.pointerId)) {
      goTo(under(event));
    }
  });
  track.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".track-mark")) {
      return;
    }
    track.setPointerCapture(event.pointerId);
    goTo(under(event));
  });
  track.addEventListener("pointerleave", unpeek);
  track.addEventListener("blur", unpeek);

  // ---- what people press

  function step(pictures) {
    video.pause();
    goTo((Math.floor(place() * rate + 0.01) + pictures + 0.5) / rate);
  }

  function finding(direction) {
    const now = place();
    const next = direction > 0
      ? findings.find((one) => one.from > now + 0.1)
      : findings.findLast((one) => one.from < now - 1);
    if (next) {
      goTo(next.from);
    }
  }

  const swap = () => { video.paused ? play() : video.pause(); };
  const mute = () => {
    video.muted = !video.muted;
    part("mute")?.setAttribute("aria-pressed", String(video.muted));
  };
  const whole = () => {
    const section = video.closest("section");
    if (document.fullscreenElement) {
      document.exitFullscreen();
    } else if (section.requestFullscreen) {
      section.requestFullscreen().catch(() => {});
    } else {
      video.webkitEnterFullscreen?.();
    }
  };

  const keys = {
    " ": swap,
    k: swap,
    ArrowLeft: (shift) => goTo(place() - (shift ? 1 : 5)),
    ArrowRight: (shift) => goTo(place() + (shift ? 1 : 5)),
    Home: () => goTo(0),
    End: () => goTo(duration()),
    ",": () => step(-1),
    ".": () => step(1),
    n: () => finding(1),
    p: () => finding(-1),
    m: mute,
    f: whole,
  };

  document.addEventListener("keydown", (event) => {
    const focus = document.activeElement;
    const mine = focus === document.body || focus === video || video.closest("section").contains(focus);
    const writes = focus.matches("input, textarea, select") || (focus.matches("button, summary") && event.key === " ");
    const key = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (key && mine && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      key(event.shiftKey);
      if (focus === track) {
        quietly(peek(place()));
      }
    }
  });

  toggle.addEventListener("click", swap);
  video.addEventListener("click", swap);
  part("step-back").addEventListener("click", () => step(-1));
  part("step-on").addEventListener("click", () => step(1));
  part("mute")?.addEventListener("click", mute);
  part("full-screen").addEventListener("click", whole);
  part("speed").addEventListener("change", (event) => {
    video.defaultPlaybackRate = Number(event.target.value);
    video.playbackRate = video.defaultPlaybackRate;
  });
  part("copy-place").addEventListener("click", async (event) => {
    const button = event.target;
    history.replaceState(null, "", "#t=" + place().toFixed(2));
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = button.dataset.done;
    } catch {
      // no clipboard over plain HTTP: the address has become the link
      button.textContent = button.dataset.address;
    }
    setTimeout(() => { button.textContent = before; }, 2500);
  });

  cover.addEventListener("click", () => {
    track.focus({ preventScroll: true });
    unpeek();
    play();
  });

  part("controls").hidden = false;
  cover.hidden = false;
  mark();
  video.addEventListener("durationchange", () => { mark(); wave(); });
  video.addEventListener("clip-range", (event) => {
    const range = part("track-range");
    const { from, to } = event.detail;
    range.hidden = !(to > from);
    range.style.left = percent(from);
    range.style.width = "calc(" + percent(to) + " - " + percent(from) + ")";
  });
  const asked = /^#t=(\d{1,7}(?:\.\d{1,3})?)$/.exec(location.hash);
  if (asked) {
    pending = Math.min(Number(asked[1]), duration() || Infinity);
  }
  tell();
  show();
})();
