import type { Words } from '../english/english.ts';
import { records } from './records.ts';

const unsettled: Words['cpeUpdate']['unsettled'] = {
  recorded: 'Ia sedang dihantar ke NIG.',
  accepted: 'NIG menerimanya; rekod tempatan menyusul sebentar lagi.',
  unknown: 'NIG tidak menjawab dalam masa. NIG sedang ditanya tentang hasilnya.',
  'needs-attention':
    'Ia tidak dapat diselesaikan dalam masanya. Seorang penyelia perlu menyelesaikannya, di halaman “Perlu perhatian”.',
};

export const cpeUpdate: Words['cpeUpdate'] = {
  heading: 'Status tiket',
  version: (version) => `CPE versi ${version}`,
  recordedSince: (time, by) => `Seperti yang direkodkan sejak ${time}, oleh ${by}`,
  byImport: 'import data',
  alsoOpenBy: (names) => `Turut dibuka oleh ${names.join(', ')}`,
  closed: 'CPE tidak boleh disunting di sini',
  noCpe:
    'Tiada CPE dalam rekod talian ini. Minta ia direkodkan dahulu; kemudian ia boleh dibetulkan di sini.',
  noRole: 'Baca sahaja: peranan anda tidak boleh mengubah data CPE. Operator dan penyelia boleh.',
  edit: 'Sunting CPE',
  refresh: 'Segarkan CPE',
  nigAway:
    'NIG tidak menjawab buat masa ini: kemas kini ditolak serta-merta, dan tiada apa-apa dihantar. Halaman ini menyemak semula dengan sendirinya.',
  notSettled: (by) => `Kemas kini oleh ${by} belum selesai`,
  since: 'sejak',
  on: 'pada',
  unsettled,
  outcome: {
    ...unsettled,
    applied: 'Ia telah dilaksanakan.',
    rejected: 'NIG menolaknya.',
    abandoned: 'Ia tidak sampai ke NIG.',
  },
  review: 'Semak kemas kini',
  cancelEditing: 'Batal suntingan',
  undo: 'Buat asal',
  undoField: (field) => `Kembalikan ${field}`,
  putBack: 'Kembalikan',
  pasteRecord: 'Tampal rekod',
  recorded: 'Direkodkan',
  differing: (count) =>
    count === 0 ? 'Tiada medan berbeza: ini satu segar semula.' : `${count} medan berbeza.`,
  leaveQuestion: 'Tinggalkan halaman ini? Suntingan anda akan hilang.',
  restored: (time) => `Apa yang anda taip pada ${time} ada di sini semula.`,
  discard: 'Buang',
  hints: {
    serialNumber:
      '4 huruf dan 8 digit heks, atau 16 digit heks; seperti pada label bagi peranti bukan PON; kosong jika tidak diketahui',
    macAddress: '12 digit heks; kosong jika tidak diketahui',
    ipv6Address: 'Di samping alamat IPv4; kosong jika tiada',
    ipv6Prefix: '/32 hingga /64, contohnya 2a02:908:4b00:7f00::/56; kosong jika tiada',
    inside: (prefixes) => (prefixes.length === 0 ? '' : `Di dalam ${prefixes.join(', ')}`),
    onOlt: (prefixes) =>
      prefixes.length === 0 ? '' : `Talian OLT ini menggunakan ${prefixes.join(', ')}`,
    rate: 'kbit/s, atau dengan unit: 100M, 1 Gbps, 100/50',
    rateIs: (rate, kbps) =>
      kbps < 1000 ? `Iaitu ${rate} = ${kbps / 1000} Mbit/s` : `Iaitu ${rate}`,
    port: 'bingkai/slot/port:onu',
    portOf: (frame, slot, port, onu) => `bingkai ${frame}, slot ${slot}, port ${port}, ONU ${onu}`,
  },
  leftOut: {
    invisible: (count) => `Membuang ${count} aksara halimunan.`,
    prefix: (typed) => `Panjang awalan dalam ${typed} tidak diambil.`,
    rest: (typed) => `Dibaca daripada: ${typed}`,
    several: (values) => `Teks ini ada beberapa nilai: ${values.join(', ')}. Simpan satu sahaja.`,
  },
  unknownModel: {
    explained: (manufacturer, model) => `Katalog peranti tiada ${manufacturer} ${model}.`,
    add: 'Tambah ke katalog',
    request: 'Minta model ini',
    requested: 'Sudah diminta. Penyelia boleh menambahnya; borang ini menunjukkan apabila ia ada.',
  },
  dualStackWaits:
    'Alamat dan awalan IPv6 boleh direkodkan apabila semua contoh desk telah dinaik taraf.',
  ambiguousRate: (values) =>
    `Ada dua bacaan: ${values.join(' atau ')}. Taip satu daripadanya tanpa pemisah.`,
  paste: {
    heading: 'Tampal rekod',
    explained:
      'Cetakan peranti, OLT atau log, satu baris hamparan, JSON, label atau mesej. Tiada apa-apa diambil sebelum anda mengesahkannya.',
    text: 'Rekod',
    found: 'Dibaca daripada teks',
    now: 'Dalam borang',
    pasted: 'Dibaca',
    from: 'Daripada',
    line: (line, text) => `Baris ${line}: ${text}`,
    device: 'Teks ini mempunyai beberapa peranti. Yang mana pada talian ini?',
    matches: (fields) => `${fields} sama seperti yang direkodkan`,
    choose: 'Pilih satu nilai',
    reading: 'Membaca…',
    nothing:
      'Tiada medan dikenali. Sertakan nama atau tajuknya: serial number, MAC, IP, port, bandwidth, manufacturer, model.',
    unread: (count) => `${count} baris tidak dibaca. Tunjukkan`,
    fields: {
      bandwidth: 'Lebar jalur turun / naik',
    },
    take: (count) => `Isi ${count} nilai`,
  },
  conflict: {
    heading: 'CPE ini diubah oleh orang lain selepas anda membukanya',
    explained: (by, time) =>
      `${by} mengubahnya pada ${time}. Suntingan anda disimpan: pilih nilai bagi setiap medan.`,
    explainedAnonymous: 'Suntingan anda disimpan: pilih nilai bagi setiap medan.',
    opened: 'Semasa dibuka',
    now: 'Sekarang',
    wanted: 'Dikehendaki',
    take: 'Ambil',
    mine: 'Saya',
    theirs: 'Mereka',
    goOn: 'Guna nilai ini',
  },
  checking: 'Menyemak nilai dengan peraturan.',
  reviewing: 'Menyemak kemas kini',
  confirm: {
    refresh: 'Sahkan segar semula',
    correction: 'Sahkan pembetulan',
    swap: 'Sahkan penggantian',
  },
  send: {
    refresh: 'Hantar segar semula ke NIG',
    correction: 'Hantar pembetulan ke NIG',
    swap: 'Hantar penggantian ke NIG',
  },
  explained: {
    refresh:
      'Tiada medan berbeza; data yang diketahui dihantar semula ke NIG, dan data korporat menyusul.',
    correction: 'Ada medan berbeza, peranti masih sama.',
    swap: 'Nombor siri berubah: peranti lain mengambil tempat yang lama.',
  },
  oldDevice: 'Peranti lama',
  isReplacedBy: 'digantikan oleh',
  newDevice: 'peranti baharu',
  lookTwice: 'Semak amaran ini',
  payload: 'Permintaan kepada NIG',
  requestUnknown: (why) => `Permintaan tepat tidak diketahui: ${why}. Ini datanya:`,
  reasonHint: (left) => `Pilihan, untuk sesiapa yang menyemaknya kelak. Baki ${left} aksara.`,
  lastReasons: 'Sebab yang anda beri sebelum ini',
  progress: {
    recording: 'Desk belum mengesahkan kemas kini ini.',
    recorded: 'Kemas kini sudah direkodkan; NIG sedang ditanya.',
    accepted: 'NIG menerimanya; rekod tempatan menyusul.',
  },
  mayLeave: 'Anda boleh membiarkannya berjalan: halaman ini menunjukkan hasilnya.',
  leftUpdate: 'Kemas kini yang anda biarkan berjalan:',
  askingDesk: 'Bertanya desk tentang hasilnya.',
  openOutcome: 'Hasilnya belum diketahui',
  otherSettled: 'Kemas kini yang lain sudah selesai',
  signInAgain: 'Log masuk semula',
  overwrite: 'Tulis ganti NIG',
  loadCurrent: 'Muat nilai semasa',
  tryAgain: 'Cuba lagi',
  inSeconds: (seconds) => `dalam ${seconds} s`,
  back: 'Kembali menyunting',
  applied: (kind, reference) => `${records.kind[kind]} dilaksanakan. Rujukan NIG ${reference}`,
  updatedBy: (name) => `${name} telah mengemas kini CPE ini`,
  by: (kind, name) => `${records.kind[kind]} oleh ${name}`,
};
