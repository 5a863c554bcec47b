import { Component, computed, input } from '@angular/core';
import { type CpeField, networkElementKinds, type Ticket } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import { accessPath, type PathStop } from './access-path.ts';

/** Height of a stop with the line to the next one, and of a stop alone. */
const STRIDE = 54;
const STOP = 36;
const WIDTH = 330;

/** The way from the OLT to the CPE, what of it is being changed, and its elements as a table. */
@Component({
  selector: 'cpe-access-path-panel',
  template: `
    <section class="panel" aria-labelledby="access-path">
      <h2 id="access-path">{{ said().networkElements }}</h2>
      <svg class="access-path" [attr.viewBox]="viewBox()" [attr.width]="width" [attr.height]="height()" role="img" [attr.aria-label]="summary()">
        @for (stop of drawn(); track stop.title) {
          <g [attr.class]="stop.look" [attr.transform]="'translate(0 ' + $index * stride + ')'">
            @if (!$first) { <path class="way" [attr.d]="'M14 -22v24'" /> }
            <circle cx="14" cy="14" r="9" />
            <text x="36" y="12"><tspan class="kind">{{ stop.title }}</tspan>@if (stop.remark) {<tspan class="remark" dx="8">{{ stop.remark }}</tspan>}</text>
            <text x="36" y="29" class="detail">{{ stop.detail }}</text>
          </g>
        }
      </svg>
      @if (missing().length > 0) { <p class="muted">{{ said().notOnLine(missing()) }}</p> }
      <details>
        <summary>{{ said().asTable }}</summary>
        <div class="scroll-x" tabindex="0">
          <table class="table">
            <caption class="visually-hidden">{{ said().networkElements }}</caption>
            <thead>
              <tr>
                <th scope="col">{{ said().kind }}</th><th scope="col">{{ said().name }}</th>
                <th scope="col">{{ said().manufacturer }}</th><th scope="col">{{ said().model }}</th>
              </tr>
            </thead>
            <tbody>
              @for (element of sorted(); track element.id) {
                <tr>
                  <th scope="row">{{ words().element[element.kind] }}</th>
                  <td>{{ element.name }}</td>
                  <td>{{ element.manufacturer ?? words().notKnown }}</td>
                  <td>{{ element.model ?? words().notKnown }}</td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      </details>
    </section>
  `,
})
export class AccessPathPanel {
  readonly ticket = input.required<Ticket>();
  /** The fields that the operator is changing. */
  readonly changing = input<readonly CpeField[]>([]);
  protected readonly words = words;
  protected readonly said = computed(() => words().tickets);
  protected readonly stride = STRIDE;
  protected readonly width = WIDTH;

  readonly #path = computed(() => {
    const { networkElements: elements, cpe, unsettledUpdate } = this.ticket();
    return accessPath({
      elements,
      cpe,
      changing: this.changing(),
      isUnderWay: unsettledUpdate !== null,
    });
  });

  protected readonly drawn = computed(() =>
    this.#path().map((stop) => ({
      title: this.#title(stop),
      remark: this.#remark(stop),
      detail: [stop.name, stop.device].filter(Boolean).join(' · '),
      look: `stop ${stop.isMissing ? 'missing' : (stop.mark ?? '')}`,
    })),
  );
  protected readonly height = computed(() => (this.#path().length - 1) * STRIDE + STOP);
  protected readonly viewBox = computed(() => `0 0 ${WIDTH} ${this.height()}`);
  protected readonly summary = computed(() =>
    this.said().path(
      this.drawn().map(({ title, remark, detail }) => {
        const facts = [detail, remark].filter(Boolean).join(', ');
        return facts ? `${title} (${facts})` : title;
      }),
    ),
  );
  protected readonly sorted = computed(() =>
    networkElementKinds.flatMap((kind) =>
      this.ticket().networkElements.filter((element) => element.kind === kind),
    ),
  );
  protected readonly missing = computed(() =>
    this.#path()
      .filter(({ isMissing }) => isMissing)
      .map((stop) => this.#title(stop)),
  );

  #title({ kind }: PathStop): string {
    return kind === 'PORT' ? words().fields.port : words().element[kind];
  }

  #remark({ isMissing, mark }: PathStop): string {
    const { notRecorded, beingChanged, underWay } = this.said();
    if (isMissing) return notRecorded;
    if (mark === null) return '';
    return mark === 'changing' ? beingChanged : underWay;
  }
}
