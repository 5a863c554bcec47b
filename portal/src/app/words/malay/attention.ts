import type { Words } from '../words.ts';

export const attention: Words['attention'] = {
  heading: 'Perlu perhatian',
  explained:
    'Kemas kini yang tidak dapat diselesaikan dalam masanya. Taliannya kekal terkunci sehingga penyelia menyelesaikannya.',
  none: 'Tiada yang perlu perhatian.',
  sentBy: 'Dihantar oleh',
  at: 'pada',
  lastHeard: (message) => `Mesej terakhir NIG: ${message}`,
  why: 'Sebab ia memerlukan seseorang:',
  heldByNig: 'disimpan oleh NIG',
  isRefresh: 'Segar semula: tiada medan berbeza.',
  askNig: 'Tanya NIG sekarang',
  outcomeOfUpdate: 'Hasil kemas kini',
  settleAs: {
    accepted: 'NIG menerimanya: laksanakan nilai baharu',
    rejected: 'NIG tidak menerimanya: kekalkan nilai lama',
  },
  onlyAccepted:
    'NIG menerima kemas kini ini, jadi ia tidak boleh ditolak. Atasi puncanya, kemudian selesaikan: desk menulis nilai baharu semula. Jika nilai itu salah, balikkan kemas kini selepas itu.',
  nigReference: 'Rujukan NIG',
  reasonHint:
    'Siapa yang berkata demikian, apa yang dilihat. Ia kekal bersama kemas kini dan catatan sejarahnya.',
  settle: 'Selesaikan kemas kini',
  sayOutcome: 'Pilih hasilnya',
  giveReference: 'Beri rujukan yang diberi NIG',
  settled: (ticketNo, state) => {
    if (state === 'rejected') return `Selesai: kemas kini pada ${ticketNo} ditolak, nilai lama kekal`;
    if (state === 'applied') return `Selesai: kemas kini pada ${ticketNo} dilaksanakan`;
    return `Selesai: kemas kini pada ${ticketNo} diterima. Desk belum dapat menulisnya dan mencuba lagi; jika gagal, ia kembali ke sini selepas tempohnya`;
  },
  nigSays: {
    accepted: 'NIG berkata ia menerima kemas kini itu.',
    rejected: 'NIG berkata ia menolak kemas kini itu.',
    'never-got-it': 'NIG berkata kemas kini itu tidak sampai kepadanya.',
    unknown: 'NIG tidak berkata apa-apa.',
  },
  nigHolds: {
    after: 'NIG menyimpan nilai baharu.',
    before: 'NIG menyimpan nilai lama.',
    other: 'NIG menyimpan nilai selain yang lama dan yang baharu.',
    nothing: 'NIG tidak menyimpan apa-apa bagi talian ini.',
    unknown: 'NIG tidak memberitahu apa yang disimpannya bagi talian ini.',
  },
  calls: (count) => `Panggilan ke NIG: ${count}`,
  when: 'Bila',
  call: 'Panggilan',
  took: 'Masa',
  outcome: 'Hasil',
  attemptCall: { send: 'Dihantar', 'look-up': 'Ditanya' },
  attemptOutcome: {
    accepted: 'Diterima',
    rejected: 'Ditolak',
    unavailable: 'Tidak dapat dihubungi, tiada apa-apa dihantar',
    unknown: 'Tiada jawapan yang bermakna',
    'never-got-it': 'NIG berkata ia tidak sampai',
  },
  drift: {
    heading: 'Hanyutan',
    line: 'Talian',
    whoDiffers: 'Siapa berbeza',
    recorded: 'Direkodkan',
    held: 'Disimpan di sana',
    since: 'Sejak',
    repaired: 'Dibaiki',
    lineFacts: 'Pelanggan, segmen atau teknologi',
    holder: { 'corp-data': 'Rekod data korporat', nig: 'NIG' },
    nothing: { label: 'Semua medan', recorded: 'Seperti dalam tiket', held: 'Tiada' },
    neverCompared:
      'Talian belum dibandingkan dengan rekod data korporat dan NIG. Ia berlaku dengan sendirinya sekali sehari.',
    goesOn: 'Perbandingan diteruskan.',
    lastCompared: (time) => `Terakhir dibandingkan ${time}.`,
    found: (compared, drifted, repaired) =>
      `${compared} talian dibandingkan, NIG berbeza pada ${drifted}, ${repaired} rekod data korporat dibaiki.`,
    next: 'Cari siapa yang betul: segarkan talian dari tiketnya jika desk yang betul.',
  },
};

export const accessLog: Words['accessLog'] = {
  heading: 'Log capaian',
  event: 'Peristiwa',
  all: 'Semua',
  when: 'Bila',
  who: 'Siapa',
  from: 'Dari',
  detail: 'Butiran',
  request: 'Permintaan',
  none: 'Tiada catatan sedemikian.',
  theDesk: 'Desk',
  nobodyKnown: 'Tidak dikenali',
  noValue: 'tiada',
  events: {
    'signed-in': 'Log masuk',
    'sign-in-refused': 'Log masuk ditolak',
    'signed-out': 'Log keluar',
    'signed-out-everywhere': 'Log keluar di semua pelayar',
    'action-refused': 'Tindakan ditolak',
    'evidence-exported': 'Sejarah dieksport',
    'tickets-exported': 'Tiket dieksport',
    'policy-set': 'Dasar ditetapkan semasa mula',
  },
};
