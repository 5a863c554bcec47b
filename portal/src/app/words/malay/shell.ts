import type { Words } from '../english/english.ts';

export const shell: Words['shell'] = {
  product: 'CPE Desk',
  pages: 'Halaman',
  tickets: 'Tiket',
  ticket: 'Tiket',
  history: 'Sejarah CPE',
  attention: 'Perlu perhatian',
  overview: 'Ringkasan',
  accessLog: 'Log capaian',
  sessions: 'Sesi',
  tokens: 'Token API',
  pageNotFound: 'Halaman tidak ditemui',
  nothingHere: 'Tiada apa-apa di alamat ini.',
  goToTickets: 'Pergi ke senarai tiket',
  skip: 'Langkau ke kandungan',
  language: 'Bahasa',
  signedInAs: 'Log masuk sebagai',
  signOut: 'Log keluar',
  signOutEverywhere: 'Log keluar di semua pelayar',
  signIn: 'Log masuk',
  signInAsAnother: 'Log masuk sebagai orang lain',
  noRole: 'Tiada peranan untuk anda di sini',
  signInPurpose:
    'Betulkan atau segarkan data peranti talian perkhidmatan dari tiket yang menunjukkan data itu salah.',
  signInFailure: {
    refused: 'Log masuk ditolak. Minta capaian ke CPE Desk daripada pentadbir anda.',
    failed: 'Log masuk tidak berjaya. Cuba lagi; jika gagal lagi, beritahu pentadbir anda.',
    unavailable: 'Perkhidmatan log masuk tidak dapat dihubungi sekarang. Cuba lagi sebentar nanti.',
    'no-role':
      'Anda tiada peranan dalam CPE Desk, jadi tiada sesi bermula. Minta peranan daripada pentadbir anda, atau log masuk sebagai orang lain.',
    'group-overage':
      'Anda berada dalam terlalu banyak kumpulan: perkhidmatan log masuk tidak menghantar satu pun. Minta pentadbir anda menggunakan peranan aplikasi bagi CPE Desk.',
  },
  offline: 'Desk tidak dapat dihubungi. Apa yang anda taip masih ada; semak sambungan anda.',
  incident: (compared, lines) =>
    `Pangkalan data mungkin kehilangan kemas kini. Setiap talian dibandingkan dengan NIG sebelum dikemas kini; ${compared} daripada ${lines} sudah dibandingkan.`,
  hold: {
    held: (by: string, since: string, reason: string) =>
      `${by} menahan semua kemas kini CPE sejak ${since}: ${reason}`,
    notEverywhere:
      'Satu pelayan keluaran lama mungkin masih berjalan dan tidak menahan kemas kini. Hentikannya.',
    open: 'Tahan semua kemas kini',
    heading: 'Tahan semua kemas kini CPE',
    explain:
      'Tiada sesiapa boleh mengemas kini, mengembalikan atau membaiki CPE sehingga anda melepaskannya. Bacaan dan penyelesaian diteruskan.',
    confirm: 'Tahan kemas kini',
    release: 'Lepaskan tahanan',
  },
  connection: {
    live: 'Langsung',
    connected: 'Bersambung',
    reconnecting: 'Menyambung semula',
    'nig-unavailable': 'NIG tidak tersedia',
    offline: 'Luar talian',
  },
  lastChecked: (time) => `Disemak ${time}`,
  myDrafts: 'Draf saya',
  sessionEnded: 'Sesi anda telah tamat -',
  signInAgain: 'log masuk semula',
  inNewTab: 'di tab baharu, kemudian kembali ke sini. Apa yang anda taip masih ada.',
  loading: 'Memuatkan',
  loadMore: 'Muat lagi',
  tryAgain: 'Cuba lagi',
  tryAgainIn: (seconds) => `Cuba lagi dalam ${seconds} s.`,
  request: 'Permintaan',
  close: 'Tutup',
  cancel: 'Batal',
  reason: 'Sebab',
  giveReason: 'Beri sebabnya',
  askingNig: 'Bertanya NIG',
  waitingForDesk: 'Menunggu desk',
  leaveRunning: 'Biarkan ia berjalan',
  field: 'Medan',
  before: 'Sebelum',
  after: 'Selepas',
  keyboard: 'Papan kekunci',
  key: 'Kekunci',
  does: 'Kegunaan',
  ctrlEnter: 'Ctrl+Enter',
  problems: {
    'malformed-request': {
      title: 'Permintaan tidak dapat dibaca',
      detail: 'Muat semula halaman; mungkin ia lebih lama daripada desk',
    },
    forbidden: {
      title: 'Peranan anda tidak membenarkannya',
      detail: 'Minta orang yang berhak melakukannya',
    },
    'group-overage': {
      title: 'Perkhidmatan log masuk tidak menghantar kumpulan anda',
      detail: 'Minta pentadbir anda menggunakan peranan aplikasi',
    },
    'name-in-use': {
      title: 'Token lain menggunakan nama ini',
      detail: 'Batalkan token itu dahulu, atau beri nama lain',
    },
    'ctt-not-found': {
      title: 'Tiada tiket sedemikian',
      detail: 'Tiket itu tiada, atau di luar kumpulan segmen anda',
    },
    'not-found': { title: 'Tiada apa-apa di alamat ini', detail: 'Muat semula halaman' },
    'not-settleable': {
      title: 'Kemas kini ini tidak boleh diselesaikan begini',
      detail: 'Muat semula senarai dan lihat keadaannya sekarang',
    },
    'too-many-requests': {
      title: 'Terlalu banyak permintaan',
      detail: 'Tunggu sebentar, kemudian cuba lagi',
    },
    unavailable: {
      title: 'Desk tidak dapat bekerja sekarang',
      detail: 'Pangkalan datanya tidak dapat dihubungi; cuba lagi sebentar nanti',
    },
    'internal-error': {
      title: 'Ada yang tidak kena di sini',
      detail: 'Cuba lagi; jika berulang, beri nombor permintaan kepada pengendali desk',
    },
    'invalid-cpe': { title: 'Sesetengah nilai melanggar peraturan', detail: '' },
    'no-network-context': { title: 'Elemen rangkaian talian tidak lengkap', detail: '' },
    'not-eligible': { title: 'CPE tidak boleh disunting dari tiket ini', detail: '' },
    'stale-cpe': { title: 'CPE telah berubah sejak dibuka', detail: '' },
    'update-in-progress': { title: 'Kemas kini lain bagi talian ini belum selesai', detail: '' },
    'not-revertible': { title: 'Kemas kini ini tidak boleh ditarik balik', detail: '' },
    'value-in-use': { title: 'Talian lain menggunakan nilai itu', detail: '' },
    'idempotency-key-reused': {
      title: 'Kunci itu sudah digunakan untuk permintaan lain',
      detail: '',
    },
    'nig-differs': { title: 'NIG menyimpan CPE lain', detail: '' },
    'nig-rejected': { title: 'NIG menolak kemas kini', detail: '' },
    'nig-unavailable': { title: 'NIG tidak dapat dihubungi', detail: '' },
    'nig-outcome-unknown': { title: 'NIG tidak memberitahu hasil kemas kini', detail: '' },
    'never-got-it': { title: 'Kemas kini tidak sampai ke NIG', detail: '' },
  },
  notSignedIn: {
    title: 'Anda tidak lagi log masuk',
    detail: 'Log masuk semula, kemudian cuba lagi di sini.',
  },
  noConnection: {
    title: 'Desk tidak dapat dihubungi',
    detail: 'Semak sambungan anda, kemudian cuba lagi',
  },
  noAnswer: {
    title: 'Desk tidak menjawab',
    detail:
      'Tiada jawapan dalam 20 s. Perubahan yang anda hantar mungkin sudah sampai: semak, kemudian cuba lagi.',
  },
  unexpectedAnswer: {
    title: 'Jawapan tidak dapat dibaca',
    detail: 'Perkhidmatan menjawab sesuatu yang tidak difahami halaman ini; muat semula halaman',
  },
};
