import { Component, signal } from '@angular/core';
import { ticketStatuses } from '@cpe-desk/contract';
import { ChoiceSwitch } from '../src/app/shell/choice-switch.ts';
import { CopyButton } from '../src/app/shell/copy-button.ts';
import { Icon, type IconName } from '../src/app/shell/icon.ts';
import { Menu } from '../src/app/shell/menu.ts';
import { ProblemNotice } from '../src/app/shell/problem-notice.ts';
import { ReasonField } from '../src/app/shell/reason-field.ts';
import type { Problem } from '../src/app/shell/request.ts';
import { Skeleton } from '../src/app/shell/skeleton.ts';
import { ToastRegion } from '../src/app/shell/toast-region.ts';
import { showToast } from '../src/app/shell/toasts.ts';
import { StatusBadge } from '../src/app/tickets/status-badge.ts';

const icons: readonly IconName[] = [
  ...(['arrow', 'back', 'bell', 'bulk', 'chart', 'check', 'columns', 'copy', 'cross'] as const),
  ...(['difference', 'down', 'filter', 'fold', 'history', 'key', 'list', 'lock'] as const),
  ...(['more', 'pencil', 'person', 'search', 'shield', 'ticket', 'up', 'warning'] as const),
];

const problem: Problem = {
  type: 'urn:cpe-desk:problem:unavailable',
  code: 'unavailable',
  status: 503,
  title: 'The desk cannot work at the moment',
  detail: 'Its database cannot be reached; try again in a moment',
  retryAfterSeconds: 10,
  requestId: '01J9Z0000000000000000000',
};

/** Every shared part of the portal, in every state: for whoever changes one, and for its picture. */
@Component({
  selector: 'cpe-gallery',
  imports: [
    ChoiceSwitch,
    CopyButton,
    Icon,
    Menu,
    ProblemNotice,
    ReasonField,
    Skeleton,
    StatusBadge,
    ToastRegion,
  ],
  host: { class: 'gallery', style: 'display: grid; gap: 24px; padding: 24px; max-width: 1100px' },
  template: `
    <h1>Heading 1 <span class="muted">muted</span></h1>
    <h2>Heading 2</h2>
    <h3>Heading 3</h3>
    <p>Text, a <a href="#link">link</a>, <code>code</code>, <kbd>Ctrl</kbd> <span class="mono">HWTC-0O1lI5S</span>, Łódź, Nguyễn Thị Ánh</p>
    <div class="actions">
      <button type="button" class="button">Button</button>
      <button type="button" class="button primary">Primary</button>
      <button type="button" class="button quiet">Quiet</button>
      <button type="button" class="button small">Small</button>
      <button type="button" class="button icon-only" aria-label="Icon"><cpe-icon name="columns" /></button>
      <button type="button" class="button" disabled>Disabled</button>
      <button type="button" class="button primary" disabled>Disabled</button>
      <button type="button" class="button quiet" disabled>Disabled</button>
    </div>
    <div class="actions">
      @for (status of statuses; track status) { <cpe-status-badge [status]="status" /> }
      <span class="badge good">Done</span> <span class="badge danger">Refused</span>
    </div>
    <div class="actions">
      <cpe-choice-switch label="Colours" [choices]="choices" [chosen]="chosen()" (choose)="chosen.set($event)" />
      <span class="chip"><button type="button">Status: <strong>Held, Pending</strong></button><button type="button" aria-label="Remove"><cpe-icon name="cross" /></button></span>
      <span><cpe-copy value="HWTC9E3779B1" /></span>
    </div>
    <div class="actions">@for (icon of icons; track icon) { <cpe-icon [name]="icon" /> }</div>
    <p class="notice">Notice</p>
    <p class="notice good">Done</p>
    <p class="notice warning">Warning</p>
    <p class="notice danger">Danger</p>
    <cpe-problem-notice [problem]="problem" />
    <p class="banner warning">A banner over every page <button type="button" class="button small">Stay signed in</button></p>
    <div class="cpe-fields">
      <div class="field"><label for="plain">Field</label><input id="plain" value="10.20.0.7" /><p class="hint">A hint</p></div>
      <div class="field is-changed"><label for="changed">Changed</label><input id="changed" value="0/1/3:98" /><p class="caution">A warning</p></div>
      <div class="field"><label for="wrong">Wrong</label><input id="wrong" aria-invalid="true" value="10.300.0.1" /><p class="error">Give an IPv4 address</p></div>
      <div class="field"><label for="off">Disabled</label><input id="off" disabled value="None" /></div>
      <cpe-reason-field boxId="reason" />
    </div>
    <section class="panel">
      <div class="panel-head"><h2>Panel</h2><span class="badge info">Info</span></div>
      <dl class="facts"><dt>Serial number</dt><dd class="mono">HWTC9E3779B1</dd><dt>Port</dt><dd class="mono">0/1/3:98</dd></dl>
      <table class="table">
        <thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
        <tbody><tr><th scope="row">Port</th><td>0/1/3:97</td><td>0/1/3:98</td></tr><tr class="is-same"><th scope="row">Model</th><td>HG8245Hv5</td><td>HG8245Hv5</td></tr></tbody>
      </table>
      <cpe-skeleton label="Loading" [lines]="4" />
    </section>
    <details class="menu" open>
      <summary class="button">Menu</summary>
      <div class="menu-body" style="position: static"><button type="button" class="menu-item">Item <kbd>?</kbd></button><label class="check"><input type="checkbox" checked /> Checked</label></div>
    </details>
    <cpe-toast-region />
  `,
})
export class Gallery {
  protected readonly statuses = ticketStatuses;
  protected readonly icons = icons;
  protected readonly problem = problem;
  protected readonly chosen = signal('system');
  protected readonly choices = [
    { value: 'system', text: 'System' },
    { value: 'light', text: 'Light' },
    { value: 'dark', text: 'Dark' },
  ];

  constructor() {
    showToast({ text: 'Changes discarded', action: { text: 'Undo', run: () => undefined } });
    showToast({ text: 'Applied', tone: 'good' });
  }
}
