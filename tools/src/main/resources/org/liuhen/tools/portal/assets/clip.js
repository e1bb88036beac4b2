// Cutting a clip: from and to, boxes drawn over the picture that hide what is in them, and
// stretches of sound. A box has places at moments (keys) and goes straight from one to the
// next; only the clip is changed. The server makes it; see docs/clips.md for what is sent.
"use strict";

(() => {
  const form = document.querySelector("form.clip");
  const video = document.getElementById("player");
  if (!form || !video) {
    return;
  }
  const part = (id) => document.getElementById("clip-" + id);
  const from = form.elements.namedItem("from");
  const to = form.elements.namedItem("to");
  const layer = document.getElementById("boxes");
  const masks = [];
  let selected = null;
  let drawing = false;

  const now = () => Math.round(video.currentTime * 1000) / 1000;
  const seconds = (field, other) => field.value === "" ? other : Number(field.value);
  const least = 0.01;

  function range() {
    video.dispatchEvent(new CustomEvent("clip-range", {
      detail: { from: seconds(from, 0), to: seconds(to, 0) },
    }));
  }

  from.addEventListener("input", range);
  to.addEventListener("input", range);

  function take(field) {
    form.closest("details").open = true;
    field.value = now();
    range();
  }

  part("from-here").addEventListener("click", () => take(from));
  part("to-here").addEventListener("click", () => take(to));
  document.addEventListener("keydown", (event) => {
    const field = { i: from, o: to }[event.key.toLowerCase()];
    const writes = document.activeElement.matches("input, textarea, select");
    if (field && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
      take(field);
    }
  });

  // ---- where a box is

  const mix = (one, other, share) => one + (other - one) * share;

  function at(mask, time) {
    const next = mask.keys.findIndex((key) => key.at > time);
    if (next === 0) {
      return mask.keys[0];
    }
    if (next < 0) {
      return mask.keys[mask.keys.length - 1];
    }
    const one = mask.keys[next - 1];
    const other = mask.keys[next];
    const share = (time - one.at) / (other.at - one.at);
    return Object.fromEntries(["x", "y", "w", "h"].map((name) => [name, mix(one[name], other[name], share)]));
  }

  const round = (number) => Math.round(number * 10000) / 10000;

  /** Sets where a box is at a moment, within the picture. */
  function put(mask, time, box) {
    const w = Math.max(least, Math.min(1, box.w));
    const h = Math.max(least, Math.min(1, box.h));
    const key = {
      at: Math.max(mask.from, Math.min(mask.to, time)),
      x: round(Math.max(0, Math.min(1 - w, box.x))),
      y: round(Math.max(0, Math.min(1 - h, box.y))),
      w: round(w),
      h: round(h),
    };
    mask.keys = mask.keys.filter((one) => Math.abs(one.at - key.at) > 0.02).concat(key);
    mask.keys.sort((one, other) => one.at - other.at);
  }

  /** What is sent: several places begin and end with the span, so that no picture in it is without cover. */
  function sent(mask) {
    const ends = [mask.from, mask.to].map((time) => ({ ...at(mask, time), at: time }));
    const inner = mask.keys.filter((key) => key.at > mask.from && key.at < mask.to);
    const all = mask.keys.length === 1 ? [{ ...mask.keys[0], at: mask.from }] : [ends[0], ...inner, ends[1]];
    return {
      from: mask.from,
      to: mask.to,
      kind: mask.kind,
      keys: all.map(({ at: time, x, y, w, h }) => ({ at: time, x: round(x), y: round(y), w: round(w), h: round(h) })),
    };
  }

  // ---- boxes over the picture

  /** The picture within the video element, which may have bars around it. */
  function picture() {
    const wide = video.clientWidth;
    const high = video.clientHeight;
    const ratio = video.videoWidth && video.videoHeight ? video.videoWidth / video.videoHeight : wide / high;
    const width = Math.min(wide, high * ratio);
    const height = width / ratio;
    return { left: (wide - width) / 2, top: (high - height) / 2, width, height };
  }

  function fit() {
    const { left, top, width, height } = picture();
    Object.assign(layer.style, { left: left + "px", top: top + "px", width: width + "px", height: height + "px" });
  }

  function paint() {
    const time = now();
    fit();
    layer.hidden = masks.length === 0 && !drawing;
    layer.classList.toggle("drawing", drawing);
    layer.replaceChildren(...masks.filter((mask) => time >= mask.from && time <= mask.to).map((mask) => {
      const box = at(mask, time);
      const shown = document.createElement("div");
      shown.className = "box box-" + mask.kind + (mask === selected ? " box-selected" : "");
      Object.assign(shown.style, {
        left: 100 * box.x + "%", top: 100 * box.y + "%", width: 100 * box.w + "%", height: 100 * box.h + "%",
      });
      const corner = document.createElement("span");
      corner.className = "box-corner";
      shown.append(String(masks.indexOf(mask) + 1), corner);
      shown.addEventListener("pointerdown", (event) => drag(event, mask, event.target === corner));
      return shown;
    }));
    for (const mask of masks) {
      mask.row.refresh(time);
    }
  }

  const point = (event) => {
    const box = layer.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };

  /** Follows the pointer until it is let go. */
  function following(event, move) {
    event.preventDefault();
    event.stopPropagation();
    video.pause();
    layer.setPointerCapture(event.pointerId);
    const stop = () => {
      layer.removeEventListener("pointermove", move);
      layer.removeEventListener("pointerup", stop);
      layer.removeEventListener("pointercancel", stop);
    };
    layer.addEventListener("pointermove", move);
    layer.addEventListener("pointerup", stop);
    layer.addEventListener("pointercancel", stop);
  }

  function drag(event, mask, sizes) {
    const begun = point(event);
    const box = at(mask, now());
    selected = mask;
    following(event, (moved) => {
      const { x, y } = point(moved);
      const by = { x: x - begun.x, y: y - begun.y };
      put(mask, now(), sizes
        ? { ...box, w: box.w + by.x, h: box.h + by.y }
        : { ...box, x: box.x + by.x, y: box.y + by.y });
      paint();
    });
    paint();
  }

  layer.addEventListener("pointerdown", (event) => {
    if (!drawing || event.target !== layer) {
      return;
    }
    const begun = point(event);
    const mask = add({ x: begun.x, y: begun.y, w: least, h: least });
    following(event, (moved) => {
      const { x, y } = point(moved);
      mask.keys = [];
      put(mask, now(), {
        x: Math.min(x, begun.x), y: Math.min(y, begun.y), w: Math.abs(x - begun.x), h: Math.abs(y - begun.y),
      });
      paint();
    });
    draw(false);
  });

  function draw(on) {
    drawing = on;
    part("draw").setAttribute("aria-pressed", String(on));
    paint();
  }

  // ---- the list, which does the same with numbers

  function row(template, list, fields) {
    const item = part(template).content.firstElementChild.cloneNode(true);
    part(list).append(item);
    return { item, field: Object.fromEntries(fields.map((name) => [name, item.querySelector("." + name)])) };
  }

  function add(box) {
    const time = now();
    const whole = { from: seconds(from, 0), to: seconds(to, video.duration || time + 1) };
    const mask = {
      kind: "blur",
      from: Math.min(whole.from, time),
      to: Math.max(whole.to, time),
      keys: [],
    };
    const { item, field } = row("mask", "masks", ["number", "kind", "from", "to", "x", "y", "w", "h", "keys", "drop"]);
    field.from.value = mask.from;
    field.to.value = mask.to;
    field.kind.addEventListener("change", () => { mask.kind = field.kind.value; paint(); });
    for (const name of ["from", "to"]) {
      field[name].addEventListener("input", () => { mask[name] = Number(field[name].value); paint(); });
    }
    for (const name of ["x", "y", "w", "h"]) {
      field[name].addEventListener("change", () => {
        put(mask, now(), { ...at(mask, now()), [name]: Number(field[name].value) / 100 });
        paint();
      });
    }
    field.drop.addEventListener("click", () => {
      masks.splice(masks.indexOf(mask), 1);
      item.remove();
      paint();
      part("draw").focus();
    });
    item.addEventListener("focusin", () => { selected = mask; });
    mask.row = {
      refresh(moment) {
        const place = at(mask, moment);
        field.number.textContent = masks.indexOf(mask) + 1;
        field.keys.textContent = mask.keys.length;
        for (const name of ["x", "y", "w", "h"]) {
          if (field[name] !== document.activeElement) {
            field[name].value = (100 * place[name]).toFixed(1);
          }
        }
      },
    };
    put(mask, time, box);
    masks.push(mask);
    selected = mask;
    paint();
    return mask;
  }

  part("draw").addEventListener("click", () => {
    video.scrollIntoView({ block: "nearest" });
    draw(!drawing);
  });
  part("box").addEventListener("click", () => add({ x: 0.4, y: 0.4, w: 0.2, h: 0.2 }));

  const stretches = [];
  part("sound").addEventListener("click", () => {
    const { item, field } = row("stretch", "stretches", ["kind", "from", "to", "drop"]);
    field.from.value = seconds(from, 0);
    field.to.value = seconds(to, video.duration || 0);
    stretches.push(field);
    field.drop.addEventListener("click", () => {
      stretches.splice(stretches.indexOf(field), 1);
      item.remove();
      part("sound").focus();
    });
    field.kind.focus();
  });
  const spans = (kind) => stretches
    .filter((stretch) => stretch.kind.value === kind)
    .map((stretch) => ({ from: Number(stretch.from.value), to: Number(stretch.to.value) }));

  video.addEventListener("place", () => {
    if (masks.length > 0) {
      paint();
    }
  });
  video.addEventListener("loadedmetadata", paint);
  new ResizeObserver(() => layer.hidden || fit()).observe(video);

  // ---- ordering

  const ask = async (address, options) => {
    const answer = await fetch(address, options);
    const said = await answer.json();
    if (!answer.ok) {
      throw new Error(said.detail || answer.statusText);
    }
    return said;
  };

  async function cut() {
    let state = await ask("/api/v1/clips", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        recording: form.dataset.recording,
        from: Number(from.value),
        to: Number(to.value),
        exact: form.elements.namedItem("exact").checked,
        reason: form.elements.namedItem("reason").value,
        masks: masks.map(sent),
        mute: spans("mute"),
        disguise: spans("disguise"),
      }),
    });
    while (state.state === "waiting" || state.state === "working") {
      part("working").hidden = false;
      state = await ask("/api/v1/clips/" + state.id + "?wait=10");
    }
    if (state.state !== "ready") {
      throw new Error(state.detail);
    }
    part("file").href = state.file;
    part("sidecar").href = state.sidecar;
    part("done").hidden = false;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.main");
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

  part("tools").hidden = false;
})();
