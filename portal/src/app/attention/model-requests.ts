import { Component, computed, signal } from '@angular/core';
import type { ModelRequest } from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { caller } from '../shell/session.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { acceptRequest, declineRequest, listModelRequests } from './model-requests-client.ts';

/** Models that operators asked for: added or declined with one key. */
@Component({
  selector: 'cpe-model-requests',
  imports: [ProblemNotice],
  template: `
    @if (mayAnswer()) {
      <section class="panel" aria-labelledby="model-requests">
        <h2 id="model-requests" tabindex="-1" #heading>{{ said().heading }}</h2>
        @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="load()" /> }
        <p class="said" role="status" [class.visually-hidden]="!message()">{{ message() }}</p>
        @if (requests(); as requests) {
          @for (request of requests; track request.id) {
            <div class="notice">
              <p>
                <strong>{{ request.manufacturer }} {{ request.model }}</strong>
                <span class="muted">{{ said().by(request.by.name, time(request.at)) }}</span>
                @if (request.note) { <br />{{ request.note }} }
              </p>
              <div class="actions">
                <button type="button" class="button" (click)="accept(request); heading.focus()">{{ said().add(request.manufacturer, request.model) }}</button>
                <button type="button" class="button quiet" (click)="decline(request); heading.focus()">{{ said().decline(request.manufacturer, request.model) }}</button>
              </div>
            </div>
          } @empty {
            <p class="muted">{{ said().none }}</p>
          }
        }
      </section>
    }
  `,
})
export class ModelRequests {
  protected readonly said = computed(() => words().attention.modelRequests);
  protected readonly time = formatTime;
  protected readonly requests = signal<ModelRequest[] | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly message = signal('');
  protected readonly mayAnswer = computed(
    () => caller()?.actions.includes('catalogue:write') ?? false,
  );

  constructor() {
    if (this.mayAnswer()) void this.load();
  }

  protected async load(): Promise<void> {
    const answer = await listModelRequests();
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.requests.set(answer.value.items);
  }

  protected async accept(request: ModelRequest): Promise<void> {
    const answer = await acceptRequest(request);
    const isDone = answer.ok || answer.problem.code === 'model-exists';
    await this.#finish(isDone ? null : answer.problem, this.said().added(nameOf(request)));
  }

  protected async decline(request: ModelRequest): Promise<void> {
    const answer = await declineRequest(request);
    await this.#finish(answer.ok ? null : answer.problem, this.said().declined(nameOf(request)));
  }

  async #finish(problem: Problem | null, done: string): Promise<void> {
    if (problem) return this.problem.set(problem);
    this.message.set(done);
    await this.load();
  }
}

const nameOf = ({ manufacturer, model }: ModelRequest): string => `${manufacturer} ${model}`;
