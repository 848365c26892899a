"use strict";
// Draws the page from its data. Whatever a host said goes into text nodes and never becomes markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { labels, texts, agents, run } = data;
  const page = document.getElementById("page");

  /** A label with its $names filled in. */
  const say = (name, values = {}) => labels[name].replace(/\$([a-z]+)/g, (whole, key) => values[key] ?? whole);
  const number = (value) => value.toLocaleString(data.lang);

  /** An element with attributes (an `on…` is a listener) and children; nothing comes of empty ones. */
  const make = (tag, attributes = {}, ...children) => {
    const svg = ["svg", "path", "line", "circle", "text", "title", "g"].includes(tag);
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== undefined && child !== false && child !== ""));
    return element;
  };
  const section = (id, title, ...children) => {
    const heading = make("h2", { id: `${id}-title` }, title);
    page.append(make("section", { id, "aria-labelledby": heading.id }, heading, ...children));
  };
  /** The symbol of a state; the word beside it says the same. */
  const mark = (state) => make("span", { class: `mark ${state}`, "aria-hidden": "true" });
  const badge = (state, word = labels[state]) => make("span", { class: "badge" }, mark(state), word);

  const duration = (ms) => {
    const [value, unit] = ms < 1000 ? [ms, "millisecond"] : ms < 120e3 ? [ms / 1000, "second"] : [ms / 60e3, "minute"];
    const digits = value < 10 && unit !== "millisecond" ? 1 : 0;
    return new Intl.NumberFormat(data.lang, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
  };
  const day = (ms) => new Date(ms).toISOString().slice(0, 10);
  const utc = (ms) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const local = (ms) => new Date(ms).toLocaleString(data.lang, { dateStyle: "medium", timeStyle: "short" });
  const time = (ms) => {
    const away = new Date(ms).getTimezoneOffset() !== 0;
    const both = make("span", {}, utc(ms), away ? make("small", {}, ` ${say("local", { time: local(ms) })}`) : "");
    return make("time", { datetime: new Date(ms).toISOString() }, both);
  };
  const facts = (pairs) => {
    const shown = pairs.filter(([, value]) => value !== undefined && value !== "");
    return make("dl", {}, shown.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  };

  // What ran, and how it ended.
  page.append(
    make("header", {},
      make("h1", {}, `regctl ${run.command}`),
      make("p", { class: `outcome ${run.state}` }, mark(run.state), run.outcome),
      facts([
        [labels.registry, run.registry.join(", ")],
        [labels.cluster, run.cluster],
        [labels.began, time(run.began)],
        [labels.took, duration(run.ended - run.began)],
        [labels.line, run.line && make("code", {}, run.line)],
      ])));

  if (data.stages.length > 0) {
    const stage = (one) => make("li", {},
      make("b", {}, one.stage),
      badge(one.state, labels[one.status.replace("-", "_")]),
      make("span", { class: "said" }, one.detail));
    section("stages", labels.stages, make("ol", { class: "stages" }, data.stages.map(stage)));
  }

  // One agent, opened.
  const dialog = make("dialog", { "aria-labelledby": "agent-name" });
  let shown = agents.map((_, index) => index);
  let opened = 0;
  const rows = (title, lines) => (lines.length === 0 ? [] : [make("h3", {}, title), make("ul", { class: "rows" }, lines)]);
  const row = (state, name, ...said) =>
    make("li", {}, mark(state), make("b", {}, name), ...said.map((text) => make("span", { class: "said" }, text)));
  /** How a step's change is painted. */
  const painted = { created: "changed", updated: "changed", removed: "changed", unsupported: "skipped" };
  const stateOf = (change) => painted[change] ?? change;
  /** What was seen and of what, unless the words say that themselves. */
  const about = (subject, said) => (said.startsWith(subject) ? said : `${subject}: ${said}`);
  const hint = (text) => (text === "" ? [] : [make("p", { class: "hint" }, text)]);

  const details = (agent) => {
    const [kind, message, todo] = (agent.error ?? [0, 0, 0]).map((index) => texts[index]);
    const step = ([name, change, detail]) => row(stateOf(texts[change]), texts[name], texts[change], texts[detail]);
    const check = ([name, state, cause, detail, todo]) =>
      make("li", {}, mark(texts[state]), make("b", {}, texts[name]),
        make("span", { class: "said" }, [texts[cause], texts[detail]].filter(Boolean).join(": ")), ...hint(texts[todo]));
    const pull = ([registry, runtime, outcome, detail, ms]) =>
      row(texts[outcome], texts[runtime], texts[registry], ms === null ? labels.failed : duration(ms), texts[detail]);
    return [
      make("p", {}, badge(agent.state)),
      ...(agent.error ? [make("h3", {}, labels.error), make("p", { class: "said" }, make("b", {}, kind), ` ${message}`), ...hint(todo)] : []),
      facts([
        [labels.address, agent.address], [labels.id, agent.id],
        [labels.attempts, agent.attempts === undefined ? undefined : number(agent.attempts)],
        [labels.elapsed, agent.ms === undefined ? undefined : duration(agent.ms)],
      ]),
      ...rows(labels.steps, (agent.steps ?? []).map(step)),
      ...rows(labels.agent_checks, (agent.checks ?? []).map(check)),
      ...rows(labels.pulls, (agent.pulls ?? []).map(pull)),
    ];
  };
  const turn = (by) => {
    const at = shown.indexOf(opened);
    if (at !== -1) open(shown[(at + by + shown.length) % shown.length]);
  };
  const open = (index) => {
    opened = index;
    const button = (name, action, symbol) =>
      make("button", { type: "button", "aria-label": labels[name], title: labels[name], onclick: action }, symbol);
    const place = say("agent", { number: number(index + 1), total: number(agents.length) });
    const focused = dialog.open ? document.activeElement?.getAttribute("aria-label") : undefined;
    dialog.replaceChildren(
      make("div", { class: "bar" },
        make("span", { class: "place" }, place),
        button("previous", () => turn(-1), "←"), button("next", () => turn(1), "→"), button("close", () => dialog.close(), "×")),
      make("h2", { id: "agent-name", tabindex: "-1" }, agents[index].name),
      ...details(agents[index]));
    if (!dialog.open) dialog.showModal();
    const again = [...dialog.querySelectorAll("button")].find((one) => one.getAttribute("aria-label") === focused);
    (again ?? dialog.querySelector("h2")).focus();
  };
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") turn(event.key === "ArrowLeft" ? -1 : 1);
  });

  // The fleet: a cell an agent, those that are meant shown.
  const grid = make("div", { class: "cells", role: "row" });
  const cells = agents.map((agent, index) => {
    const cell = document.createElement("div");
    cell.className = `cell mark ${agent.state}`;
    cell.tabIndex = -1;
    cell.dataset.index = index;
    cell.dataset.name = agent.name;
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-label", `${agent.name}: ${labels[agent.state]}`);
    return cell;
  });

  const fleet = () => {
    const counts = new Map(["failed", "drifted", "warned", "changed", "unchanged", "passed", "skipped"].map((it) => [it, 0]));
    for (const agent of agents) counts.set(agent.state, counts.get(agent.state) + 1);
    const met = [...counts].filter(([, count]) => count > 0);
    const status = make("output", { class: "found" });
    const nothing = make("p", { class: "nothing", hidden: "" }, labels.nothing_found);
    const search = make("input", { type: "search", id: "search", "aria-label": labels.search, placeholder: labels.search, autocomplete: "off", spellcheck: "false" });
    let state = "";
    let haystacks;
    const haystack = (agent) => {
      const said = [...(agent.error ?? []), ...(agent.steps ?? []).flat(), ...(agent.checks ?? []).flat(),
        ...(agent.pulls ?? []).flatMap((pull) => pull.slice(0, 4))];
      return [agent.name, agent.id, agent.address, ...said.map((index) => texts[index])].join("\n").toLowerCase();
    };

    /** The cell that the tab key leads to. */
    let home = 0;
    const lead = (index) => {
      cells[home].tabIndex = -1;
      cells[index].tabIndex = 0;
      home = index;
    };
    const filter = () => {
      const wanted = search.value.trim().toLowerCase();
      if (wanted !== "") haystacks ??= agents.map(haystack);
      const fits = (index) => (state === "" || agents[index].state === state) && (wanted === "" || haystacks[index].includes(wanted));
      shown = [];
      cells.forEach((cell, index) => {
        const is = fits(index);
        if (is) shown.push(index);
        cell.hidden = !is;
      });
      grid.parentElement.className = `fleet ${shown.length <= 60 ? "cards" : shown.length <= 1000 ? "tiles" : "dots"}`;
      nothing.hidden = shown.length > 0;
      status.textContent = say("shown", { shown: number(shown.length), total: number(agents.length) });
      for (const button of filters) button.setAttribute("aria-pressed", String(button.dataset.state === state));
      if (shown.length > 0 && !fits(home)) lead(shown[0]);
    };
    const choice = (value, count, ...shownAs) => make("button",
      { type: "button", "data-state": value, onclick: () => { state = state === value ? "" : value; filter(); } },
      ...shownAs, make("b", {}, number(count)));
    const filters = [choice("", agents.length, labels.all), ...met.map(([word, count]) => choice(word, count, mark(word), labels[word]))];
    const share = met.map(([word, count]) => {
      const part = make("i", { class: word });
      part.style.flexGrow = count;
      return part;
    });

    const columns = () => {
      const first = cells[shown[0]].offsetTop;
      const below = shown.findIndex((index) => cells[index].offsetTop > first);
      return below === -1 ? shown.length : below;
    };
    const move = (event) => {
      const cell = event.target.closest(".cell");
      if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
      const at = shown.indexOf(Number(cell.dataset.index));
      const last = shown.length - 1;
      const targets = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, ArrowUp: () => at - columns(), ArrowDown: () => at + columns(), Home: () => 0, End: () => last };
      if (event.key === "Enter" || event.key === " ") open(shown[at]);
      else if (event.key === "Escape") search.focus();
      else if (targets[event.key]) {
        const to = targets[event.key]();
        if (to < 0 || to > last) return event.preventDefault();
        lead(shown[to]);
        cells[shown[to]].focus();
      } else return;
      event.preventDefault();
    };

    grid.append(...cells);
    const box = make("div", { role: "grid", "aria-label": labels.agents, onkeydown: move, onclick: (event) => {
      const cell = event.target.closest(".cell");
      if (!cell) return;
      lead(Number(cell.dataset.index));
      cell.focus();
      open(home);
    } }, grid);
    section("fleet", labels.agents,
      make("div", { class: "share", "aria-hidden": "true" }, share),
      make("div", { class: "controls" },
        make("div", { class: "filters", role: "group", "aria-label": labels.filter }, filters), search, status),
      box, nothing, make("p", { class: "note keys" }, labels.keys));
    lead(0);
    filter();
    search.addEventListener("input", filter);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && (search.value !== "" || state !== "")) {
        search.value = state = "";
        filter();
      } else if (event.key === "Escape" || event.key === "Enter" || event.key === "ArrowDown") {
        if (shown.length > 0) cells[home].focus();
      } else return;
      event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.focus();
      search.select();
    });
  };
  if (agents.length > 0) fleet();

  // Trouble, by kind: a few of each at once, all of them for whoever asks or prints.
  const everyone = [];
  const trouble = (group) => {
    const few = 6;
    const member = ([agent, subject, message, todo]) => make("li", {},
      agent === null
        ? !texts[message].startsWith(texts[subject]) && make("b", {}, texts[subject])
        : make("button", { type: "button", class: "name", onclick: () => open(agent) }, agents[agent].name),
      make("span", { class: "said" }, texts[message]), ...hint(texts[todo]));
    const list = make("ul", { class: "members" }, group.members.slice(0, few).map(member));
    const rest = group.members.slice(few);
    const more = make("button", { type: "button", class: "more" }, say("show_all", { count: number(group.members.length) }));
    const unfold = () => { list.append(...rest.splice(0).map(member)); more.remove(); };
    more.addEventListener("click", unfold);
    everyone.push(unfold);
    return make("article", { class: group.state },
      make("h3", {}, mark(group.state), make("span", { class: "kind" }, group.kind), make("b", {}, `× ${number(group.members.length)}`), make("small", {}, group.from)),
      ...group.hints.flatMap((index) => hint(texts[index])), list, rest.length > 0 ? more : "");
  };
  const failed = data.failures.filter((group) => group.state === "failed");
  const others = data.failures.filter((group) => group.state !== "failed");
  if (failed.length > 0) section("failures", labels.failures, failed.map(trouble));
  if (others.length > 0) section("warnings", labels.warnings, others.map(trouble));
  window.addEventListener("beforeprint", () => everyone.forEach((unfold) => unfold()));

  if (data.checks.length > 0) {
    const check = (one) => make("li", {}, mark(one.state), make("b", {}, texts[one.name]),
      make("span", { class: "word" }, labels[one.state]),
      make("span", { class: "said" }, about(texts[one.subject], texts[one.detail])), ...hint(texts[one.hint]));
    section("checks", labels.checks, make("ul", { class: "rows" }, data.checks.map(check)));
  }

  // Times: each agent from the fastest to the slowest, so that the middle and the tail are where they belong.
  const lines = [];
  const timesOf = (series) => {
    const found = [];
    agents.forEach((agent, index) => {
      if (series.pull === null) {
        if (agent.attempts > 0) found.push([agent.ms, index]);
      } else {
        for (const [registry, runtime, , , ms] of agent.pulls ?? []) {
          if (registry === series.pull[0] && runtime === series.pull[1] && ms !== null) found.push([ms, index]);
        }
      }
    });
    return found.sort(([a], [b]) => a - b);
  };
  const plot = (all) => {
    const most = Math.max(...all.map(({ series }) => series.max), 1);
    const least = Math.max(1, Math.min(...all.map(({ times }) => times[0][0])));
    const log = most / Math.max(...all.map(({ series }) => series.median), 1) > 8;
    const [top, bottom] = log ? [Math.log10(most) * 1.02, Math.log10(least) * 0.98] : [most * 1.05, 0];
    const step = 10 ** Math.floor(Math.log10(most)) / (most / 10 ** Math.floor(Math.log10(most)) < 4 ? 2 : 1);
    const linear = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
    const decades = [1, 2, 3, 4, 5, 6].flatMap((power) => [10 ** power, 3 * 10 ** power]).filter((ms) => ms >= least && ms <= most * 1.02);
    const svg = make("svg", { role: "img", "aria-label": labels.axis });
    const draw = () => {
      const width = Math.max(280, svg.parentElement.clientWidth);
      const [height, left, right, low] = [260, 64, 14, 34];
      const x = (rank, count) => left + (count === 1 ? 0.5 : rank / (count - 1)) * (width - left - right);
      const y = (ms) => 10 + (1 - ((log ? Math.log10(Math.max(ms, 1)) : ms) - bottom) / (top - bottom)) * (height - low - 10);
      const tick = (ms) => [
        make("line", { class: "rule", x1: left, x2: width - right, y1: y(ms), y2: y(ms) }),
        make("text", { class: "tick", x: left - 8, y: y(ms) + 4, "text-anchor": "end" }, duration(ms))];
      const guide = (rank, name) => [
        make("line", { class: "guide", x1: x(rank, 101), x2: x(rank, 101), y1: 10, y2: height - low }),
        make("text", { class: "tick", x: x(rank, 101), y: height - low + 15, "text-anchor": rank === 95 ? "end" : "middle" }, name)];
      const curve = ({ times, series }, index) => {
        const points = times.map(([ms], rank) => `${x(rank, times.length).toFixed(1)},${y(ms).toFixed(1)}`);
        const dots = times.length > 250 ? [] : times.map(([ms, agent], rank) =>
          make("circle", { cx: x(rank, times.length), cy: y(ms), r: times.length > 60 ? 2 : 3.5, onclick: () => open(agent) }, make("title", {}, `${agents[agent].name}: ${duration(ms)}`)));
        const at = [[50, series.median], [95, series.p95]].map(([rank, ms]) =>
          make("circle", { class: "stand", cx: x(rank, 101), cy: y(ms), r: 5 }));
        return make("g", { class: `series s${index % 6}` }, make("path", { d: `M${points.join("L")}` }), dots, times.length > 20 ? at : []);
      };
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.setAttribute("height", height);
      svg.replaceChildren(
        make("title", {}, labels.axis),
        ...(log ? decades : linear).flatMap(tick), ...guide(50, labels.median), ...guide(95, labels.within), ...all.map(curve),
        make("text", { class: "tick", x: left, y: height - 4 }, labels.axis));
    };
    lines.push(draw);
    return svg;
  };
  const timed = (id, title, note, list, nameOf) => {
    if (list.length === 0) return;
    const all = list.map((series) => ({ series, times: timesOf(series) }));
    const heads = ["", labels.count, labels.median, labels.within, labels.longest, labels.no_time];
    const line = ({ series }, index) => make("tr", {},
      make("th", { scope: "row" }, make("i", { class: `swatch s${index % 6}` }), nameOf(series)),
      [number(series.count), duration(series.median), duration(series.p95), duration(series.max), number(series.failed)]
        .map((text, column) => make("td", { "data-head": heads[column + 1] }, text)));
    section(id, title, make("p", { class: "note" }, note), make("div", { class: "plot" }, plot(all)),
      make("table", {}, make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, all.map(line))));
  };
  const ofPull = ({ pull }) => say("pull_series", { runtime: texts[pull[1]], registry: texts[pull[0]] });
  timed("pulls", labels.pull_times, labels.pull_note, data.times.filter(({ pull }) => pull !== null), ofPull);
  timed("work", labels.work_times, labels.work_note, data.times.filter(({ pull }) => pull === null), () => labels.agents);

  // Certificates on one line of time.
  const { spans, warn_days: warnDays } = data.certificates;
  if (spans.length > 0) {
    const DAY = 864e5;
    const now = run.ended;
    const from = Math.min(now, ...spans.map((span) => span.from)) - 20 * DAY;
    const to = Math.max(now, ...spans.map((span) => span.to)) + 20 * DAY;
    const at = (ms) => `${((ms - from) / (to - from)) * 100}%`;
    const placed = (name, start, end, ...children) => {
      const element = make("i", { class: name }, ...children);
      element.style.left = at(start);
      if (end !== undefined) element.style.width = `calc(${at(end)} - ${at(start)})`;
      return element;
    };
    const bar = (span) => make("li", { class: span.state },
      make("p", {}, mark({ good: "passed", soon: "warned", expired: "failed", early: "warned" }[span.state]),
        make("b", {}, labels[span.role]), make("span", { class: "said" }, span.subject),
        make("b", { class: "left" }, say(span.state, { days: number(Math.abs(span.days)) }))),
      make("div", { class: "line" }, placed("span", span.from, span.to), placed("end", Math.max(span.from, span.to - warnDays * DAY), span.to), placed("now", now)),
      make("p", { class: "note" }, `${say("span", { from: day(span.from), to: day(span.to) })}, ${say("seen_in", { sources: span.sources.join(", ") })}`));
    const [first, last] = [from, to].map((ms) => new Date(ms).getUTCFullYear());
    const every = Math.max(1, Math.ceil((last - first) / 6));
    const years = [];
    for (let year = first + 1; year <= last; year += every) years.push(placed("year", Date.UTC(year, 0, 1), undefined, String(year)));
    section("certificates", labels.certificates,
      make("ul", { class: "spans" }, spans.map(bar)),
      make("div", { class: "years", "aria-hidden": "true" }, years, placed("today", now, undefined, labels.today)),
      make("p", { class: "note" }, say("warn_note", { days: number(warnDays) })));
  }

  page.append(make("footer", { class: "note" }, say("footer", { version: run.version })), dialog);
  lines.forEach((draw) => draw());
  let due = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(() => lines.forEach((draw) => draw()));
  });
})();
