import {
  Component,
  computed,
  Injector,
  inject,
  input,
  type OnInit,
  runInInjectionContext,
  signal,
} from '@angular/core';
import { askWhileVisible } from '../../shell/ask-while-visible.ts';
import { ProblemNotice } from '../../shell/problem-notice.ts';
import type { Problem } from '../../shell/request.ts';
import { caller } from '../../shell/session.ts';
import { words } from '../../words/words.ts';
import { addModel, type NamedModel, requestModel } from '../outcome/cpe-update-client.ts';
import { CatalogueStore } from './catalogue-store.ts';

/** A model that the catalogue lacks: who may adds it, others request it. */
@Component({
  selector: 'cpe-unknown-model',
  imports: [ProblemNotice],
  template: `
    <div class="notice warning">
      <p>{{ said().explained(model().manufacturer, model().model) }}</p>
      @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="act()" /> }
      @if (isRequested()) {
        <p role="status">{{ said().requested }}</p>
      } @else {
        <button type="button" class="button small" (click)="act()">{{ mayAdd() ? said().add : said().request }}</button>
      }
    </div>
  `,
})
export class UnknownModel implements OnInit {
  readonly model = input.required<NamedModel>();
  readonly #catalogue = inject(CatalogueStore);
  readonly #injector = inject(Injector);
  readonly #requested = signal('');
  protected readonly said = computed(() => words().cpeUpdate.unknownModel);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly mayAdd = computed(
    () => caller()?.actions.includes('catalogue:write') ?? false,
  );
  protected readonly isRequested = computed(() => this.#requested() === this.#name());

  /** Someone may add it meanwhile. The inputs are not there before this. */
  ngOnInit(): void {
    runInInjectionContext(this.#injector, () => askWhileVisible(() => this.#lookUp()));
  }

  protected async act(): Promise<void> {
    const { manufacturer, model } = this.model();
    const body = { manufacturer: manufacturer.trim(), model: model.trim() };
    const name = this.#name();
    const answer = this.mayAdd() ? await addModel(body) : await requestModel(body);
    // It came meanwhile, which is as good.
    const isThere = !answer.ok && answer.problem.code === 'model-exists';
    this.problem.set(answer.ok || isThere ? null : answer.problem);
    if (this.mayAdd() || isThere) this.#lookUp();
    else if (answer.ok) this.#requested.set(name);
  }

  #name(): string {
    const { manufacturer, model } = this.model();
    return `${manufacturer} ${model}`;
  }

  #lookUp(): void {
    const { manufacturer, model } = this.model();
    this.#catalogue.lookUp(manufacturer, model);
  }
}
