import type { SegmentGroup } from '@cpe-desk/contract';
import type { Random } from './random.ts';

/* Invented, with a Malaysian flavour; any likeness to a real place, company or person is chance. */

const list = (text: string): readonly string[] => text.split(', ');

const kinds = list('Taman, Bandar, Kampung, Desa, Bukit, Lembah, Teluk, Pekan');
const flowers = list(
  'Cempaka, Melur, Kenanga, Seroja, Anggerik, Raflesia, Kemboja, Dahlia, Tanjung, Mawar',
);
const qualities = list(
  'Indah, Jaya, Permai, Murni, Damai, Bestari, Utama, Sentosa, Perdana, Makmur',
);

/** 800 places, such as `Taman Melur Permai`. */
export const places: readonly string[] = qualities.flatMap((quality) =>
  flowers.flatMap((flower) => kinds.map((kind) => `${kind} ${flower} ${quality}`)),
);

const roots = list(
  'Gemilang, Wira, Suria, Bayu, Lestari, Perkasa, Cahaya, Rimba, Samudera, Nusa, Pelangi, Intan',
);
const trades = list(
  'Logistik, Perniagaan, Teknologi, Pembinaan, Makanan, Tekstil, Perabot, Automotif, Percetakan, Akuakultur',
);
const shops = list('Kedai Kopi, Klinik, Bengkel, Butik, Restoran, Farmasi, Kedai Buku, Studio');
const offices = list(
  'Majlis Daerah, Sekolah Kebangsaan, Klinik Kesihatan, Pejabat Tanah, Balai Raya, Perpustakaan',
);
const carriers = list('Carrier Services, Wholesale Net, Rangkaian, Transit');
const persons = list(
  'Aminah, Farid, Mei Ling, Kavitha, Azlan, Siew Hong, Ravi, Nurul, Jeffri, Anjali, Boon Keat, Zainab',
);
const initials = [...'ABCHKLMNRSTWYZ'];

type Name = (random: Random, place: string) => string;

export const customerNames: Readonly<Record<SegmentGroup, Name>> = {
  ENTERPRISE: (random) => `${random.pick(roots)} ${random.pick(trades)} Berhad`,
  GOVERNMENT: (random, place) => `${random.pick(offices)} ${place}`,
  SME: (random, place) =>
    random.below(2) === 0
      ? `${random.pick(shops)} ${random.pick(roots)}, ${place}`
      : `${random.pick(roots)} ${random.pick(trades)} Sdn Bhd`,
  WHOLESALE: (random) => `${random.pick(roots)} ${random.pick(carriers)} Sdn Bhd`,
  CONSUMER: (random, place) => `${random.pick(persons)} ${random.pick(initials)}., ${place}`,
};

export const troubles: readonly string[] = [
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
