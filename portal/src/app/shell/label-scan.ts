import {
  afterNextRender,
  Component,
  DestroyRef,
  type ElementRef,
  inject,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { words } from '../words/words.ts';
import { type DetectBarcodes, loadDetector } from './detect-barcodes.ts';
import { identifierOnLabel } from './read-label.ts';

/** How often a picture of the camera is examined, ms. */
const EVERY_MS = 200;

/** Reads the label of a device with the camera: its serial number or MAC address. */
@Component({
  selector: 'cpe-label-scan',
  template: `
    <dialog #dialog class="label-scan" aria-labelledby="scan-heading" (close)="closed.emit()">
      <h2 id="scan-heading">{{ words().frame.scan.heading }}</h2>
      <video #video playsinline muted [attr.aria-label]="words().frame.scan.picture"></video>
      <p role="status">{{ said() }}</p>
      <button type="button" class="button" (click)="dialog.close()">{{ words().shell.cancel }}</button>
    </dialog>
  `,
})
export class LabelScan {
  /** The identifier of a label, in stored form. */
  readonly found = output<string>();
  readonly closed = output();
  protected readonly words = words;
  protected readonly said = signal(words().frame.scan.waiting);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly video = viewChild.required<ElementRef<HTMLVideoElement>>('video');
  #camera: MediaStream | undefined;
  #isOver = false;

  constructor() {
    afterNextRender(() => {
      this.dialog().nativeElement.showModal();
      void this.#scan();
    });
    inject(DestroyRef).onDestroy(() => {
      this.#isOver = true;
      for (const track of this.#camera?.getTracks() ?? []) track.stop();
    });
  }

  async #scan(): Promise<void> {
    const detect = await this.#prepare();
    const video = this.video().nativeElement;
    while (detect && !this.#isOver) {
      const identifier = (await detect(video).catch(() => []))
        .map(this.#read)
        .find((each) => each !== undefined);
      if (identifier !== undefined) {
        this.dialog().nativeElement.close();
        this.found.emit(identifier);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  /** A code without an identifier is shown, so that one sees that the camera reads. */
  readonly #read = (text: string): string | undefined => {
    const identifier = identifierOnLabel(text);
    if (identifier === undefined) this.said.set(words().frame.scan.other(text.slice(0, 60)));
    return identifier;
  };

  /** Undefined where there is no camera, or the person does not allow it. */
  async #prepare(): Promise<DetectBarcodes | undefined> {
    try {
      const picture = { facingMode: 'environment', width: 1280 };
      this.#camera = await navigator.mediaDevices.getUserMedia({ video: picture });
      if (this.#isOver) for (const track of this.#camera.getTracks()) track.stop();
      const video = this.video().nativeElement;
      video.srcObject = this.#camera;
      const [detect] = await Promise.all([loadDetector(), video.play()]);
      this.said.set(words().frame.scan.looking);
      return detect;
    } catch {
      this.said.set(words().frame.scan.noCamera);
      return undefined;
    }
  }
}
