import type { Words } from '../english/english.ts';

const NOTHING =
  'Tiada apa-apa dihantar ke NIG. CPE, data korporat dan sejarah kekal seperti sedia ada.';
const AS_IT_WAS = 'CPE, data korporat dan sejarah kekal seperti sedia ada.';
const SAFE =
  'Mencuba lagi adalah selamat: jika cubaan pertama sudah sampai, anda mendapat jawapannya dan NIG tidak ditanya dua kali.';

export const failures: Words['failures'] = {
  byCode: {
    'malformed-request': {
      happened: 'Desk tidak dapat membaca apa yang dihantar halaman ini.',
      unchanged: NOTHING,
      next: 'Muat semula halaman; mungkin ia lebih lama daripada desk. Jika berulang, beritahu pengendali desk.',
    },
    unauthenticated: {
      happened: 'Sesi anda telah tamat.',
      unchanged: NOTHING,
      next: 'Log masuk semula di tab lain, kemudian kembali ke sini dan cuba lagi. Apa yang anda taip kekal.',
    },
    forbidden: {
      happened: 'Peranan anda tidak membenarkan kemas kini CPE.',
      unchanged: NOTHING,
      next: 'Minta operator atau penyelia membuat kemas kini ini.',
    },
    'group-overage': {
      happened: 'Perkhidmatan log masuk anda menghantar pautan, bukan kumpulan anda.',
      unchanged: NOTHING,
      next: 'Minta pentadbir anda menggunakan peranan aplikasi bagi CPE Desk.',
    },
    'name-in-use': {
      happened: 'Token API lain menggunakan nama ini.',
      unchanged: NOTHING,
      next: 'Beri nama lain, atau batalkan token itu.',
    },
    'ctt-not-found': {
      happened: 'Tiket itu tiada lagi, atau telah keluar daripada kumpulan segmen anda.',
      unchanged: NOTHING,
      next: 'Kembali ke senarai tiket dan cari talian perkhidmatan itu.',
    },
    'not-found': {
      happened: 'Desk tidak mengenali apa yang diminta halaman ini.',
      unchanged: NOTHING,
      next: 'Muat semula halaman; mungkin ia lebih lama daripada desk.',
    },
    'invalid-cpe': {
      happened: 'Sesetengah nilai baharu melanggar peraturan.',
      unchanged: NOTHING,
      next: 'Betulkan medan yang dinamakan di sini: ia ditanda dalam borang. Jika anda mahu segar semula, pilih Sunting CPE.',
    },
    'no-network-context': {
      happened: 'Elemen rangkaian talian ini tidak lengkap.',
      unchanged: NOTHING,
      next: 'Minta elemen rangkaian yang tiada direkodkan, kemudian cuba lagi. Sehingga itu CPE ini tidak boleh dikemas kini.',
    },
    'not-eligible': {
      happened: 'CPE tidak boleh disunting dari tiket ini.',
      unchanged: NOTHING,
      next: 'Setiap sebab di atas menyatakan apa yang boleh dibuat.',
    },
    'stale-cpe': {
      happened: 'CPE diubah oleh orang lain selepas anda membukanya.',
      unchanged:
        'Kemas kini anda tidak dihantar ke NIG. Perubahan orang lain kekal seperti sedia ada.',
      next: 'Muat nilai semasa. Bagi medan yang anda ubah juga, anda memilih nilai yang kekal.',
    },
    'update-in-progress': {
      happened: 'Kemas kini lain bagi talian ini belum selesai.',
      unchanged: 'Kemas kini anda tidak dihantar ke NIG. Yang lain diteruskan tanpa gangguan.',
      next: 'Tunggu di sini, atau kembali: anda akan nampak bila yang lain selesai. Kemudian putuskan semula pada nilai semasa.',
    },
    'not-revertible': {
      happened:
        'Kemas kini ini tidak boleh ditarik balik: ia tidak dilaksanakan, tidak mengubah apa-apa, atau yang kemudian mengubah medan yang sama.',
      unchanged: NOTHING,
      next: 'Buka tiket dan betulkan medan itu di sana.',
    },
    'not-settleable': {
      happened:
        'NIG menerima kemas kini ini, ia tidak memerlukan seseorang, atau orang lain baru menyelesaikannya.',
      unchanged: 'Tiada apa-apa diubah oleh cubaan ini.',
      next: 'Muat semula senarai dan lihat keadaan kemas kini itu sekarang.',
    },
    'value-in-use': {
      happened: 'Talian lain menggunakan sebahagian nilai baharu.',
      unchanged: NOTHING,
      next: 'Kembali dan beri nilai yang bebas, atau betulkan talian yang lain dahulu.',
    },
    'duplicate-row': {
      happened: 'Baris yang lebih awal dalam fail ini adalah tentang talian yang sama.',
      unchanged: NOTHING,
      next: 'Simpan satu baris sahaja untuk setiap talian.',
    },
    'wrong-bulk-state': {
      happened: 'Pembetulan pukal ini sudah berada dalam keadaan lain.',
      unchanged: NOTHING,
      next: 'Lihat keadaannya sekarang dan putuskan semula.',
    },
    'check-changed': {
      happened: 'Pembetulan pukal ini telah disemak semula sejak anda membukanya.',
      unchanged: NOTHING,
      next: 'Lihat semakan baharu itu, kemudian mulakan.',
    },
    'check-expired': {
      happened: 'Semakan pembetulan pukal ini terlalu lama.',
      unchanged: NOTHING,
      next: 'Semak semula, kemudian mulakan.',
    },
    'model-exists': {
      happened: 'Model ini sudah ada dalam katalog.',
      unchanged: NOTHING,
      next: 'Kembali dan gunakan nama dalam katalog.',
    },
    'idempotency-key-reused': {
      happened: 'Cubaan ini tidak dapat dibezakan daripada yang terdahulu dengan nilai lain.',
      unchanged: NOTHING,
      next: 'Kembali dan semak kemas kini sekali lagi.',
    },
    'nig-differs': {
      happened:
        'Pangkalan data kehilangan kemas kini, dan NIG menyimpan nilai lain bagi talian ini.',
      unchanged: NOTHING,
      next: 'Pastikan nilai mana yang betul. Jika nilai anda betul, tulis ganti nilai NIG. Jika tidak, kembali dan betulkan.',
    },
    'nig-rejected': {
      happened: 'NIG menolak kemas kini.',
      unchanged: `NIG menyimpan nilai lama. ${AS_IT_WAS}`,
      next: 'Jika NIG menamakan satu nilai, kembali dan betulkan. Jika tidak, beri kod dan teksnya kepada pasukan rangkaian.',
    },
    'nig-unavailable': {
      happened: 'NIG tidak dapat dihubungi.',
      unchanged: NOTHING,
      next: 'Cuba lagi sebentar nanti. Jika NIG masih tiada, biarkan tiket terbuka dan kembali kemudian.',
    },
    'nig-outcome-unknown': {
      happened: 'NIG tidak memberitahu hasil kemas kini. Belum diketahui sama ada NIG menerimanya.',
      unchanged:
        'Sehingga ia diketahui, halaman menunjukkan nilai lama dan tiada orang lain boleh mengemas kini talian ini.',
      next: 'Tiada apa yang perlu dibuat: NIG sedang ditanya, dan hasilnya muncul di sini. Anda boleh juga menutupnya dan terus bekerja.',
    },
    'body-too-large': {
      happened: 'Permintaan lebih besar daripada yang diterima desk.',
      unchanged: NOTHING,
      next: 'Kembali dan pendekkan sebabnya.',
    },
    'unsupported-media-type': {
      happened: 'Desk tidak dapat membaca apa yang dihantar halaman ini.',
      unchanged: NOTHING,
      next: 'Muat semula halaman; mungkin ia lebih lama daripada desk.',
    },
    'too-many-requests': {
      happened: 'Terlalu banyak permintaan daripada anda dalam seminit.',
      unchanged: NOTHING,
      next: 'Tunggu sebentar, kemudian cuba lagi.',
    },
    unavailable: {
      happened: 'Desk tidak dapat menghubungi pangkalan datanya.',
      unchanged: AS_IT_WAS,
      next: `Cuba lagi sebentar nanti. ${SAFE}`,
    },
    'internal-error': {
      happened: 'Ada yang tidak kena di desk.',
      unchanged:
        'Jika kemas kini sudah direkodkan, ia diselesaikan di belakang tabir dan ditunjukkan di sini.',
      next: `Cuba lagi. ${SAFE} Jika berulang, beri nombor permintaan kepada pengendali desk.`,
    },
    'no-connection': {
      happened: 'Sambungan ke desk terputus, jadi tiada jawapan.',
      unchanged:
        'Tidak diketahui sama ada kemas kini sampai. Selagi tiada jawapan, anggap ia belum dibuat.',
      next: `Cuba lagi apabila anda bersambung. ${SAFE}`,
    },
    'no-answer': {
      happened: 'Desk tidak menjawab dalam 20 s.',
      unchanged:
        'Hasilnya tidak diketahui: kemas kini mungkin sudah sampai. Jika sudah, desk menyelesaikannya dan halaman ini menunjukkan hasilnya.',
      next: `Tunggu, cuba lagi, atau tinggalkan. ${SAFE}`,
    },
    'never-got-it': {
      happened: 'NIG sudah ditanya, dan kemas kini itu tidak sampai kepadanya.',
      unchanged: `NIG menyimpan nilai lama. ${AS_IT_WAS}`,
      next: 'Cuba lagi; talian ini bebas.',
    },
    'unexpected-answer': {
      happened: 'Desk memberi jawapan yang tidak difahami halaman ini.',
      unchanged: 'Tidak diketahui sama ada kemas kini dibuat.',
      next: 'Muat semula halaman dan lihat sejarah talian sebelum mencuba lagi.',
    },
  },
  byCause: {
    held: {
      happened: 'Kemas kini ditahan: tiada sesiapa boleh mengemas kini CPE sekarang.',
      unchanged: NOTHING,
      next: 'Apa yang anda taip disimpan. Cuba lagi apabila tahanan dilepaskan; halaman menunjukkan siapa yang menahan dan sebabnya.',
    },
    'database-rewound': {
      happened:
        'Pangkalan data kehilangan kemas kini, dan NIG tidak memberitahu apa yang disimpannya bagi talian ini.',
      unchanged: NOTHING,
      next: 'Cuba lagi sebentar nanti. Jika NIG terus senyap, penyelia perlu membuka talian ini.',
    },
  },
  nothingSent: NOTHING,
  perhapsArrived:
    'Tidak diketahui sama ada cubaan anda yang terdahulu sampai. Selagi tiada jawapan, anggap ia belum dibuat.',
  recordedInvalid: {
    happened:
      'Sesetengah nilai yang direkodkan melanggar peraturan, jadi ia tidak boleh dihantar begitu sahaja.',
    unchanged: NOTHING,
    next: 'Pilih Sunting CPE dan betulkan medan yang dinamakan di sini.',
  },
  next: 'Seterusnya:',
  technical: 'Butiran teknikal',
  code: 'Kod',
  request: 'Permintaan',
  noElement: (element) => `Tiada ${element} dalam rekod talian ini.`,
  nigHolds: (field, value) => `${field}: NIG menyimpan ${value}`,
  nigSays: (code, message) => `NIG berkata ${code}: ${message}`,
};
