import type { Words } from '../words.ts';
import { records } from './records.ts';

const unsettled: Words['cpeUpdate']['unsettled'] = {
  recorded: 'Ia sedang dihantar ke NIG.',
  accepted: 'NIG menerimanya; rekod tempatan menyusul sebentar lagi.',
  unknown: 'NIG tidak menjawab dalam masa. NIG sedang ditanya tentang hasilnya.',
  'needs-attention':
    'NIG tidak dapat memberitahu hasilnya. Seorang penyelia perlu menyelesaikannya, di halaman “Perlu perhatian”.',
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
  noRole: 'Peranan anda melihat CPE, tidak mengubahnya. Operator dan penyelia boleh.',
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
  leaveQuestion: 'Tinggalkan halaman ini? Nilai yang anda taip akan hilang.',
  restored: (time) => `Apa yang anda taip pada ${time} ada di sini semula.`,
  discard: 'Buang',
  hints: {
    serialNumber: '4 huruf dan 8 digit heks, atau 16 digit heks; kosong jika tidak diketahui',
    macAddress: '12 digit heks; kosong jika tidak diketahui',
    inside: (prefixes) => (prefixes.length === 0 ? '' : `Di dalam ${prefixes.join(', ')}`),
    onOlt: (prefixes) => (prefixes.length === 0 ? '' : `Talian OLT ini menggunakan ${prefixes.join(', ')}`),
    rate: 'kbit/s, atau dengan unit: 100M, 1 Gbps, 100/50',
    rateIs: (rate) => `Iaitu ${rate}`,
    port: 'bingkai/slot/port:onu',
    portOf: (frame, slot, port, onu) => `bingkai ${frame}, slot ${slot}, port ${port}, ONU ${onu}`,
  },
  paste: {
    heading: 'Tampal rekod',
    explained:
      'Satu baris CSV dengan tajuknya, JSON, atau cetakan penghala atau OLT. Tiada apa-apa diambil sebelum anda mengesahkannya.',
    text: 'Rekod',
    found: 'Ditemui di dalamnya',
    now: 'Dalam borang',
    pasted: 'Ditampal',
    nothing:
      'Tiada medan dikenali. Medan dicari melalui namanya: serial number, MAC, IP, port, bandwidth, manufacturer, model.',
    ignored: (count) => `${count} baris tidak difahami.`,
    take: (count) => `Ambil ${count} nilai`,
  },
  conflict: {
    heading: 'Orang lain telah mengubah CPE ini',
    explained: (by, time) =>
      `${by} mengubahnya pada ${time}. Tiada apa yang anda taip hilang: pilih bagi setiap medan, kemudian teruskan.`,
    explainedAnonymous:
      'Ia diubah selepas anda membukanya. Tiada apa yang anda taip hilang: pilih bagi setiap medan, kemudian teruskan.',
    opened: 'Semasa dibuka',
    now: 'Sekarang',
    wanted: 'Dikehendaki',
    take: 'Ambil',
    mine: 'Saya',
    theirs: 'Mereka',
    goOn: 'Teruskan dengan nilai ini',
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
    refresh: 'Tiada medan berbeza; data yang diketahui dihantar semula ke NIG, dan data korporat menyusul.',
    correction: 'Ada medan berbeza, peranti masih sama.',
    swap: 'Nombor siri berubah: peranti lain mengambil tempat yang lama.',
  },
  oldDevice: 'Peranti lama',
  isReplacedBy: 'digantikan oleh',
  newDevice: 'peranti baharu',
  lookTwice: 'Lihat dua kali',
  payload: 'Apa yang NIG akan terima',
  reasonHint: (left) => `Pilihan, untuk sesiapa yang menyemaknya kelak. Baki ${left} aksara.`,
  lastReasons: 'Sebab yang anda beri sebelum ini',
  progress: {
    recording: 'Kemas kini sedang direkodkan.',
    recorded: 'Kemas kini sudah direkodkan; NIG sedang ditanya.',
    accepted: 'NIG menerimanya; rekod tempatan menyusul.',
  },
  openOutcome: 'Hasilnya belum diketahui',
  otherSettled: 'Kemas kini yang lain sudah selesai',
  signInAgain: 'Log masuk semula',
  loadCurrent: 'Muat nilai semasa',
  tryAgain: 'Cuba lagi',
  inSeconds: (seconds) => `dalam ${seconds} s`,
  back: 'Kembali menyunting',
  applied: (kind, reference) => `${records.kind[kind]} dilaksanakan. Rujukan NIG ${reference}`,
  updatedBy: (name) => `${name} telah mengemas kini CPE ini`,
  by: (kind, name) => `${records.kind[kind]} oleh ${name}`,
};
