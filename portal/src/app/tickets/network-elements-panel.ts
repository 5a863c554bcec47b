import { Component, computed, input } from '@angular/core';
import { type NetworkElement, networkElementKinds } from '@cpe-desk/contract';
import { elementWords, NOT_KNOWN } from '../shell/words.ts';
import { networkPath, pathWords, STOP, STRIDE } from './network-path.ts';

@Component({
  selector: 'cpe-network-elements-panel',
  template: `
    <section class="panel" aria-labelledby="network-elements">
      <h2 id="network-elements">Network elements</h2>
      <svg class="network-path" [attr.viewBox]="viewBox()" [attr.width]="width()" height="44" role="img" [attr.aria-label]="words()">
        @for (stop of path(); track stop.words) {
          <g [attr.class]="stop.missing ? 'stop missing' : 'stop'">
            @if (!$first) {
              <path [attr.d]="'M' + (stop.x - gap) + ' 22h' + gap" />
            }
            <rect [attr.x]="stop.x" y="6" [attr.width]="stopWidth" height="32" rx="6" />
            <text [attr.x]="stop.x + stopWidth / 2" y="27" text-anchor="middle">{{ stop.words }}</text>
          </g>
        }
      </svg>
      @if (missing().length > 0) {
        <p class="muted">Not recorded on this line: {{ missing().join(', ') }}</p>
      }
      <div class="scroll-x">
        <table class="table">
          <caption class="visually-hidden">Network elements</caption>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Name</th>
              <th scope="col">Manufacturer</th>
              <th scope="col">Model</th>
            </tr>
          </thead>
          <tbody>
            @for (element of sorted(); track element.id) {
              <tr>
                <th scope="row">{{ elementWords[element.kind] }}</th>
                <td>{{ element.name }}</td>
                <td>{{ element.manufacturer ?? notKnown }}</td>
                <td>{{ element.model ?? notKnown }}</td>
              </tr>
            }
          </tbody>
        </table>
      </div>
    </section>
  `,
})
export class NetworkElementsPanel {
  readonly elements = input.required<readonly NetworkElement[]>();
  protected readonly elementWords = elementWords;
  protected readonly notKnown = NOT_KNOWN;
  protected readonly stopWidth = STOP;
  protected readonly gap = STRIDE - STOP;
  protected readonly sorted = computed(() =>
    networkElementKinds.flatMap((kind) => this.elements().filter((element) => element.kind === kind)),
  );
  protected readonly path = computed(() => networkPath(this.elements()));
  protected readonly words = computed(() => pathWords(this.path()));
  protected readonly missing = computed(() =>
    this.path()
      .filter(({ missing }) => missing)
      .map(({ words }) => words),
  );
  protected readonly width = computed(() => (this.path().length - 1) * STRIDE + STOP + 4);
  protected readonly viewBox = computed(() => `0 0 ${this.width()} 44`);
}
