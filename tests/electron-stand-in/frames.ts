import { fromWeb } from './addresses.ts';
import type { Params } from './chromium.ts';

/** A frame of a page, the same object as long as the frame lives. */
export class WebFrameMain {
  readonly frameToken: string;
  readonly parent: WebFrameMain | null;
  url = '';
  constructor(frameToken: string, parent: WebFrameMain | null) {
    this.frameToken = frameToken;
    this.parent = parent;
  }
  get origin(): string {
    const url = new URL(this.url);
    return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
  }
  get top(): WebFrameMain {
    return this.parent?.top ?? this;
  }
}

/** The frames of one page, and which of them each execution context belongs to. */
export class Frames {
  readonly #frames = new Map<string, WebFrameMain>();
  readonly #contexts = new Map<number, { frame: string; name: string }>();
  #main: WebFrameMain | null = null;

  get main(): WebFrameMain | null {
    return this.#main;
  }
  isMain(id: string): boolean {
    return this.#main?.frameToken === id;
  }

  /** @returns whether it is the page's own frame that went elsewhere */
  navigated({ id, parentId, url, urlFragment = '' }: Params): boolean {
    let frame = this.#frames.get(id);
    if (!frame) {
      frame = new WebFrameMain(id, parentId ? (this.#frames.get(parentId) ?? null) : null);
      this.#frames.set(id, frame);
    }
    frame.url = fromWeb(url + urlFragment);
    if (!parentId) this.#main = frame;
    return !parentId;
  }
  moved(id: string, url: string): void {
    const frame = this.#frames.get(id);
    if (frame) frame.url = fromWeb(url);
  }
  gone(id: string): void {
    this.#frames.delete(id);
  }

  contextMade({ id, name, auxData }: Params): void {
    this.#contexts.set(id, { frame: auxData?.frameId, name });
  }
  contextEnded(id: number): void {
    this.#contexts.delete(id);
  }
  contextsEnded(): void {
    this.#contexts.clear();
  }
  ofContext(id: number): WebFrameMain | null {
    return this.#frames.get(this.#contexts.get(id)?.frame ?? '') ?? null;
  }
  /** The newest context named `world` in the page's own frame. */
  contextOf(world: string): number | null {
    let found: number | null = null;
    for (const [id, { frame, name }] of this.#contexts) if (name === world && this.isMain(frame)) found = id;
    return found;
  }
}
