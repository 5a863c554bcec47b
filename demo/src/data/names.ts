import type { SegmentGroup } from '@cpe-desk/contract';
import type { Random } from './random.ts';

/* Invented, with a Malaysian flavour; any likeness to a real place, company or person is chance. */

const kinds = ['Taman', 'Bandar', 'Kampung', 'Desa', 'Bukit', 'Lembah', 'Teluk', 'Pekan'];
const flowers = [
  'Cempaka',
  'Melur',
  'Kenanga',
  'Seroja',
  'Anggerik',
  'Raflesia',
  'Kemboja',
  'Dahlia',
  'Tanjung',
  'Mawar',
];
const qualities = [
  'Indah',
  'Jaya',
  'Permai',
  'Murni',
  'Damai',
  'Bestari',
  'Utama',
  'Sentosa',
  'Perdana',
  'Makmur',
];

/** A place, such as `Taman Melur Permai`. There are 800 of them; equal numbers are equal places. */
export const placeName = (number: number): string =>
  [
    kinds[number % kinds.length],
    flowers[Math.floor(number / kinds.length) % flowers.length],
    qualities[Math.floor(number / (kinds.length * flowers.length)) % qualities.length],
  ].join(' ');

const roots = [
  'Gemilang',
  'Wira',
  'Suria',
  'Bayu',
  'Lestari',
  'Perkasa',
  'Cahaya',
  'Rimba',
  'Samudera',
  'Nusa',
  'Pelangi',
  'Intan',
];
const trades = [
  'Logistik',
  'Perniagaan',
  'Teknologi',
  'Pembinaan',
  'Makanan',
  'Tekstil',
  'Perabot',
  'Automotif',
  'Percetakan',
  'Akuakultur',
];
const shops = ['Kedai Kopi', 'Klinik', 'Bengkel', 'Butik', 'Restoran', 'Farmasi', 'Kedai Buku', 'Studio'];
const offices = [
  'Majlis Daerah',
  'Sekolah Kebangsaan',
  'Klinik Kesihatan',
  'Pejabat Tanah',
  'Balai Raya',
  'Perpustakaan',
];
const carriers = ['Carrier Services', 'Wholesale Net', 'Rangkaian', 'Transit'];
const persons = [
  'Aminah',
  'Farid',
  'Mei Ling',
  'Kavitha',
  'Azlan',
  'Siew Hong',
  'Ravi',
  'Nurul',
  'Jeffri',
  'Anjali',
  'Boon Keat',
  'Zainab',
];

const customers: Readonly<Record<SegmentGroup, (random: Random, place: string) => string>> = {
  ENTERPRISE: (random) => `${random.pick(roots)} ${random.pick(trades)} Berhad`,
  GOVERNMENT: (random, place) => `${random.pick(offices)} ${place}`,
  SME: (random, place) =>
    random.below(2) === 0
      ? `${random.pick(shops)} ${random.pick(roots)}, ${place}`
      : `${random.pick(roots)} ${random.pick(trades)} Sdn Bhd`,
  WHOLESALE: (random) => `${random.pick(roots)} ${random.pick(carriers)} Sdn Bhd`,
  CONSUMER: (random, place) => `${random.pick(persons)} ${random.pick([...'ABCHKLMNRSTWYZ'])}., ${place}`,
};

export const customerName = (random: Random, segmentGroup: SegmentGroup, place: string): string =>
  customers[segmentGroup](random, place);

const troubles = [
  'No internet since this morning',
  'Slow at peak hours',
  'Connection drops every few minutes',
  'Router was replaced, record not updated',
  'Wrong model shown in the customer portal',
  'Static address not reachable',
  'Speed below the subscribed plan',
  'VPN to the branch fails',
  'Device offline after a power failure',
  'Lightning damage, device swapped on site',
  'Line moved to another port, record differs',
  'Managed firewall not reachable from the NOC',
  'Voice quality poor',
  'Serial number on the label differs from the record',
];

export const troubleTitle = (random: Random): string => random.pick(troubles);
