import type { Words } from '../english/english.ts';

export const inbox: Words['inbox'] = {
  name: 'Pemberitahuan',
  unread: 'belum dibaca',
  announce: (unread) => `${unread} pemberitahuan belum dibaca`,
  empty:
    'Tiada yang baharu. Kemas kini yang selesai selepas anda meninggalkan halamannya disenaraikan di sini selama 30 hari.',
  allow: 'Tunjukkan pemberitahuan di luar halaman ini',
  applied: (ticket, by) =>
    `${ticket}: kemas kini telah dibuat${by === null ? '' : `, diselesaikan oleh ${by}`}`,
  rejected: (ticket, by) =>
    by === null
      ? `${ticket}: NIG menolak kemas kini. Tiada yang berubah`
      : `${ticket}: ${by} menyelesaikan kemas kini sebagai tidak diterima. Tiada yang berubah`,
  abandoned: (ticket) => `${ticket}: NIG tidak menerima kemas kini itu. Tiada yang berubah`,
  needsAttention: (ticket, by) =>
    `${ticket}: penyelia mesti menyelesaikan ${by === null ? 'satu kemas kini' : `kemas kini ${by}`}`,
  bulk: (name) => `Kemas kini pukal ${name} telah selesai`,
};
