import type { Words } from '../words.ts';

export const attention: Words['attention'] = {
  heading: 'Perlu perhatian',
  explained:
    'Kemas kini yang hasilnya tidak dapat diberitahu oleh NIG. Taliannya kekal terkunci sehingga seseorang menyelesaikannya.',
  none: 'Tiada yang perlu perhatian.',
  sentBy: 'Dihantar oleh',
  at: 'pada',
  lastHeard: (message) => `Berita terakhir daripada NIG: ${message}`,
  isRefresh: 'Segar semula: tiada medan berbeza.',
  askNig: 'Tanya NIG sekarang',
  whatBecame: 'Apa hasilnya',
  nigTook: 'NIG menerimanya: laksanakan nilai baharu',
  nigDidNot: 'NIG tidak menerimanya: kekalkan nilai lama',
  nigReference: 'Rujukan NIG',
  reasonHint:
    'Siapa yang berkata demikian, apa yang dilihat. Ia kekal bersama kemas kini dan catatan sejarahnya.',
  settle: 'Selesaikan kemas kini',
  sayOutcome: 'Nyatakan hasilnya',
  giveReference: 'Beri rujukan yang diberi NIG',
  settled: (ticketNo, outcome) =>
    outcome === 'accepted'
      ? `Selesai: kemas kini pada ${ticketNo} dilaksanakan`
      : `Selesai: kemas kini pada ${ticketNo} ditolak, nilai lama kekal`,
  nigSays: {
    accepted: 'NIG berkata ia menerima kemas kini itu.',
    rejected: 'NIG berkata ia menolak kemas kini itu.',
    'never-got-it': 'NIG berkata kemas kini itu tidak sampai kepadanya.',
    unknown: 'NIG tidak berkata apa-apa.',
  },
  nigHolds: {
    after: 'Ia menyimpan nilai baharu.',
    before: 'Ia menyimpan nilai lama.',
    other: 'Ia menyimpan nilai selain yang lama dan yang baharu.',
    nothing: 'Ia tidak pernah diberitahu tentang talian ini.',
    unknown: 'Apa yang disimpannya bagi talian ini tidak diketahui.',
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
