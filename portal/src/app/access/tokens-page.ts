import { Component, computed, DestroyRef, inject, signal, viewChild } from '@angular/core';
import type { ApiToken, CreatedApiToken } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatExactTime, formatRoles, formatSegmentGroups, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { loadTokens, revokeToken } from './access-client.ts';
import { ConfirmDialog } from './confirm-dialog.ts';
import { TokenForm } from './token-form.ts';

/** API tokens of programs that have no issuer, for admins. */
@Component({
  selector: 'cpe-tokens-page',
  imports: [ConfirmDialog, ProblemNotice, Skeleton, TokenForm],
  template: `
    <h1 tabindex="-1">{{ words().access.tokens.heading }}</h1>
    <p>{{ words().access.tokens.explain }}</p>
    @if (created(); as token) {
      <section class="notice" role="status">
        <strong>{{ words().access.tokens.created(token.name) }}</strong>
        <p>{{ words().access.tokens.copyNow }}</p>
        <p><code class="mono token-text">{{ token.token }}</code></p>
        <button type="button" class="button" (click)="copy(token.token)">{{ words().access.tokens.copy }}</button>
        <button type="button" class="button" (click)="created.set(null)">{{ words().access.tokens.hide }}</button>
        @if (isCopied()) { <span>{{ words().access.tokens.copied }}</span> }
      </section>
    }
    <cpe-token-form (created)="add($event)" />
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="load()" /> }
    @if (tokens(); as tokens) {
      @if (tokens.length > 0) {
        <div class="panel scroll-x" tabindex="0">
          <table class="table">
            <thead>
              <tr>@for (heading of headings(); track $index) { <th scope="col">{{ heading }}</th> }</tr>
            </thead>
            <tbody>
              @for (token of tokens; track token.id) {
                <tr>
                  <td>{{ token.name }} <code class="muted">{{ token.prefix }}…</code></td>
                  <td>{{ roles(token.roles) }}</td>
                  <td>{{ groups(token.segmentGroups) }}</td>
                  <td><time [attr.datetime]="token.createdAt" [title]="exact(token.createdAt)">{{ short(token.createdAt) }}</time> {{ token.createdBy.name }}</td>
                  <td>@if (token.lastUsedAt; as at) { <time [attr.datetime]="at" [title]="exact(at)">{{ short(at) }}</time> } @else { <span class="muted">{{ words().access.tokens.never }}</span> }</td>
                  <td><time [attr.datetime]="token.expiresAt" [title]="exact(token.expiresAt)">{{ short(token.expiresAt) }}</time></td>
                  <td>
                    @if (token.revokedAt; as at) {
                      <span class="muted">{{ words().access.tokens.revoked(short(at)) }}</span>
                    } @else if (isExpired(token)) {
                      <span class="muted">{{ words().access.tokens.expired }}</span>
                    } @else {
                      <button type="button" class="button" (click)="ask(token)">
                        {{ words().access.tokens.revoke }} <span class="visually-hidden">{{ token.name }}</span>
                      </button>
                    }
                  </td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      } @else {
        <p class="notice">{{ words().access.tokens.none }}</p>
      }
    } @else if (!problem()) {
      <cpe-skeleton [label]="words().shell.loading" />
    }
    <cpe-confirm-dialog
      [heading]="words().access.tokens.revokeHeading(chosen()?.name ?? '')"
      [explain]="words().access.tokens.revokeExplain"
      [button]="words().access.tokens.revoke"
      (confirmed)="revoke()"
    />
  `,
})
export class TokensPage {
  readonly #newest = new Newest();
  protected readonly words = words;
  protected readonly tokens = signal<readonly ApiToken[] | null>(null);
  protected readonly created = signal<CreatedApiToken | null>(null);
  protected readonly isCopied = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly chosen = signal<ApiToken | null>(null);
  private readonly dialog = viewChild.required(ConfirmDialog);
  protected readonly headings = computed(() => {
    const { name, roles, segmentGroups, made, lastUsed, ends, action } = words().access.columns;
    return [name, roles, segmentGroups, made, lastUsed, ends, action];
  });
  protected readonly roles = formatRoles;
  protected readonly groups = formatSegmentGroups;
  protected readonly short = formatTime;
  protected readonly exact = formatExactTime;

  constructor() {
    void this.load();
    inject(DestroyRef).onDestroy(() => this.#newest.stop());
  }

  protected async load(): Promise<void> {
    const signal = this.#newest.next();
    const answer = await loadTokens(signal);
    if (signal.aborted) return;
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.tokens.set(answer.value.items);
  }

  protected add(token: CreatedApiToken): void {
    this.created.set(token);
    this.isCopied.set(false);
    void this.load();
  }

  protected async copy(token: string): Promise<void> {
    await navigator.clipboard.writeText(token);
    this.isCopied.set(true);
  }

  protected ask(token: ApiToken): void {
    this.chosen.set(token);
    this.dialog().open();
  }

  protected async revoke(): Promise<void> {
    const token = this.chosen();
    if (token === null) return;
    const answer = await revokeToken(token.id);
    if (!answer.ok) return this.problem.set(answer.problem);
    if (this.created()?.id === token.id) this.created.set(null);
    return this.load();
  }

  protected isExpired({ expiresAt }: ApiToken): boolean {
    return Date.parse(expiresAt) <= Date.now();
  }
}
