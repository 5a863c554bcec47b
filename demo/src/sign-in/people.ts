import { type Role, type SegmentGroup, segmentGroups } from '@cpe-desk/contract';

/** A person of the demo. The id is the subject, and the OAuth client id of scripts. */
export type DemoPerson = {
  id: string;
  name: string;
  role: Role;
  segmentGroups: readonly SegmentGroup[];
};

export const demoPeople: readonly DemoPerson[] = [
  { id: 'demo-operator', name: 'Olivia Operator', role: 'operator', segmentGroups },
  { id: 'demo-operator-sme', name: 'Sam Sme', role: 'operator', segmentGroups: ['SME'] },
  { id: 'demo-reviewer', name: 'Rita Reviewer', role: 'reviewer', segmentGroups },
  { id: 'demo-supervisor', name: 'Sofia Supervisor', role: 'supervisor', segmentGroups },
  {
    id: 'demo-supervisor-sme',
    name: 'Suri Supervisor',
    role: 'supervisor',
    segmentGroups: ['SME'],
  },
  { id: 'demo-admin', name: 'Adam Admin', role: 'admin', segmentGroups },
];

/** Where the demo identity provider is mounted. */
export const DEMO_PATH = '/idp';

/** Public: the demo runs on one machine, for anyone who uses it. */
export const DEMO_CLIENT_SECRET = 'demo';

export const findDemoPerson = (id: string): DemoPerson | undefined =>
  demoPeople.find((person) => person.id === id);
