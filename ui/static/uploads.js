// Files go straight to object storage: ask for an address, PUT with progress, say that it is there.

class Upload {
  constructor(file, form) {
    this.file = file;
    this.form = form;
    // The same for each attempt, so that a retry after a lost answer goes on with the same model.
    this.once = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");
    const row = document.querySelector("#upload-row").content.firstElementChild.cloneNode(true);
    this.row = row;
    this.bar = row.querySelector("progress");
    this.state = row.querySelector(".upload-state");
    this.cancelButton = row.querySelector("[data-cancel]");
    this.retryButton = row.querySelector("[data-retry]");
    row.querySelector(".upload-name").textContent = file.name;
    this.bar.setAttribute("aria-label", `Upload of ${file.name}`);
    this.cancelButton.addEventListener("click", () => this.cancel());
    this.retryButton.addEventListener("click", () => this.start());
    document.querySelector("#uploads").append(row);
  }

  async start() {
    this.row.classList.remove("upload-bad");
    this.retryButton.hidden = true;
    this.cancelButton.hidden = false;
    this.cancelled = false;
    this.bar.value = 0;
    try {
      this.refuse();
      this.say("Asking for a place…");
      const ticket = await this.post("/editor/uploads", { fileName: this.file.name, size: this.file.size, contentType: this.file.type, once: this.once });
      await this.put(ticket);
      this.bar.removeAttribute("value");
      this.say("Stored. Checking it…");
      const { next } = await this.post(`/editor/uploads/${ticket.id}/complete`, {});
      this.done(next);
    } catch (error) {
      this.fail(error.message);
    }
  }

  refuse() {
    const formats = this.form.dataset.formats.split(",");
    if (!formats.some((ending) => this.file.name.toLowerCase().endsWith(ending))) {
      throw new Error(`We cannot read this kind of file. Use one of ${formats.join(", ")}.`);
    }
    if (this.file.size === 0) throw new Error("The file is empty. Export it again.");
    if (this.file.size > Number(this.form.dataset.largest)) throw new Error("The file is too large. Simplify the mesh and try again.");
  }

  async post(url, fields) {
    const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });
    const answer = await response.json().catch(() => null);
    if (response.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    if (!response.ok || !answer) throw new Error(answer?.message ?? "Partline does not answer just now. Try again in a moment.");
    return answer;
  }

  put({ url, method, headers }) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open(method, url);
      for (const [name, value] of Object.entries(headers)) {
        if (!["host", "content-length"].includes(name.toLowerCase())) request.setRequestHeader(name, value);
      }
      const began = performance.now();
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        this.bar.value = loaded / total;
        const seconds = (performance.now() - began) / 1000;
        const left = loaded ? (total - loaded) / (loaded / seconds) : 0;
        this.say(`${Math.round((100 * loaded) / total)} %${left > 2 ? `, about ${Math.ceil(left)} s to go` : ""}`);
      });
      request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(new Error("Storage refused the file. Try again."))));
      request.addEventListener("error", () => reject(new Error("The connection broke. Try again.")));
      request.addEventListener("abort", () => reject(new Error("Cancelled.")));
      request.send(this.file);
    });
  }

  cancel() {
    this.cancelled = true;
    if (this.request && this.request.readyState !== 4) this.request.abort();
    else this.row.remove();
  }

  fail(message) {
    this.row.classList.add("upload-bad");
    this.cancelButton.hidden = true;
    this.retryButton.hidden = false;
    this.bar.value = 0;
    this.say(message);
  }

  done(next) {
    this.cancelButton.hidden = true;
    if (document.querySelectorAll("#uploads .upload").length === 1) {
      location.assign(next);
      return;
    }
    this.bar.value = 1;
    this.state.textContent = "Here. ";
    this.state.append(Object.assign(document.createElement("a"), { href: next, textContent: "Open it" }));
  }

  say(text) {
    this.state.textContent = text;
  }
}

export function startUploads() {
  const form = document.querySelector("[data-upload]:not([data-started])");
  if (!form) return;
  form.dataset.started = "yes";
  const input = form.querySelector("input[type=file]");
  input.multiple = true;
  const take = (files) => [...files].forEach((file) => new Upload(file, form).start());
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  form.addEventListener("submit", (event) => { event.preventDefault(); take(input.files); });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("is-over"); });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
}
