// One connection for the live parts of a page, as the htmx extension expects an EventSource.
// A hidden tab lets go of it, because browsers keep only six to one address; a tab that comes back,
// and a connection that comes back, announce every topic once, since changes may have been missed.

export class LiveSource extends EventTarget {
  constructor(url) {
    super();
    this.url = url;
    this.names = new Set();
    this.closed = false;
    this.missed = false;
    this.watch = () => (document.hidden ? this.pause() : this.connect());
    document.addEventListener("visibilitychange", this.watch);
    this.watch();
  }

  get readyState() {
    return this.closed ? EventSource.CLOSED : this.source?.readyState ?? EventSource.CONNECTING;
  }

  addEventListener(name, listener) {
    super.addEventListener(name, listener);
    if (this.names.has(name)) return;
    this.names.add(name);
    if (this.source) this.forward(name);
  }

  connect() {
    if (this.source || this.closed) return;
    this.source = new EventSource(this.url, { withCredentials: true });
    this.names.forEach((name) => this.forward(name));
    this.source.onopen = (event) => {
      this.onopen?.(event);
      if (this.missed) this.names.forEach((name) => this.announce(name));
      this.missed = false;
    };
    this.source.onerror = (event) => {
      this.missed = true;
      if (this.source?.readyState !== EventSource.CLOSED) return;
      // The server refused or is down: the browser gives up here, so we ask again ourselves.
      this.source = null;
      this.again = setTimeout(this.watch, 5000);
      this.onerror?.(event);
    };
  }

  forward(name) {
    this.source.addEventListener(name, () => this.announce(name));
  }

  announce(name) {
    if (!this.closed) this.dispatchEvent(new MessageEvent(name, { data: name }));
  }

  pause() {
    if (!this.source) return;
    this.source.close();
    this.source = null;
    this.missed = true;
  }

  close() {
    this.closed = true;
    clearTimeout(this.again);
    document.removeEventListener("visibilitychange", this.watch);
    this.source?.close();
    this.source = null;
  }
}
