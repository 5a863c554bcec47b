import type { Words } from '../english/english.ts';

export const records = {
  fields: {
    manufacturer: 'Pengeluar',
    model: 'Model',
    serialNumber: 'Nombor siri',
    macAddress: 'Alamat MAC',
    ipAddress: 'Alamat IP',
    ipv6Address: 'Alamat IPv6',
    ipv6Prefix: 'Awalan IPv6 yang diwakilkan',
    bandwidth: 'Lebar jalur',
    downKbps: 'Lebar jalur turun (kbit/s)',
    upKbps: 'Lebar jalur naik (kbit/s)',
    port: 'Port',
  },
  status: {
    acknowledged: 'Diakui',
    inProgress: 'Sedang berjalan',
    held: 'Ditahan',
    pending: 'Menunggu',
    resolved: 'Diselesaikan',
    closed: 'Ditutup',
    cancelled: 'Dibatalkan',
    rejected: 'Ditolak',
  },
  kind: { refresh: 'Segar semula', correction: 'Pembetulan', swap: 'Penggantian' },
  state: {
    recorded: 'Sedang dihantar',
    accepted: 'Diterima NIG',
    unknown: 'Hasil tidak diketahui',
    'needs-attention': 'Perlu perhatian',
    applied: 'Dilaksanakan',
    rejected: 'Ditolak NIG',
    abandoned: 'Tidak sampai ke NIG',
  },
  technology: { FTTH: 'FTTH', FTTB: 'FTTB', COPPER: 'Kuprum', FWA: 'FWA' },
  segmentGroup: {
    ENTERPRISE: 'Perusahaan',
    GOVERNMENT: 'Kerajaan',
    SME: 'PKS',
    WHOLESALE: 'Borong',
    CONSUMER: 'Pengguna',
  },
  element: { OLT: 'OLT', SPLITTER: 'Pembahagi', ONT: 'ONT', CPE: 'CPE' },
  role: { operator: 'Operator', reviewer: 'Penyemak', supervisor: 'Penyelia', admin: 'Pentadbir' },
  ineligible: {
    'ticket-closed':
      'Tiket ini sudah ditutup. Bekerja dari tiket talian ini yang masih terbuka, atau buka tiket baharu.',
    'not-ftth':
      'Talian perkhidmatan ini bukan FTTH. Hanya CPE talian FTTH disimpan di sini; ubah di tempat talian ini diurus.',
    'not-managed-services':
      'Talian perkhidmatan ini tiada Managed Services. CPE itu milik pelanggan; jika itu salah, minta Managed Services direkodkan dahulu.',
    'segment-not-editable':
      'CPE kumpulan segmen ini tidak disunting di sini. Serahkan tiket kepada pasukan yang menjaga segmen itu.',
  },
  obstacles: {
    forbidden:
      'Baca sahaja: peranan anda tidak boleh mengubah data CPE. Operator dan penyelia boleh.',
    missing: (element) =>
      `Talian ini tiada ${element} dalam rekod. Minta ia direkodkan dahulu, kemudian betulkan CPE di sini.`,
    noNetwork: 'Talian ini tiada OLT atau tiada CPE dalam rekod.',
    inProgress: (by) =>
      by === ''
        ? 'Satu lagi kemas kini talian ini menunggu jawapan NIG.'
        : `Kemas kini ${by} bagi talian ini menunggu jawapan NIG.`,
    nigUnavailable: 'NIG tidak tersedia. Kemas kini dijeda.',
  },
  findings: {
    required: 'Isi medan ini',
    'too-long': 'Terlalu panjang; pendekkan',
    'unknown-model':
      'Tiada dalam katalog peranti; pilih model daripada katalog, atau minta model ini',
    'withdrawn-model': 'Model ini sudah ditarik balik; pilih model lain',
    'not-an-address': 'Beri alamat IPv4 seperti 10.20.0.7 (tanpa sifar di depan) atau alamat IPv6',
    'not-a-host-address': 'Alamat ini bukan alamat hos; beri alamat sebuah hos',
    'outside-allowed-prefixes': 'Beri alamat di dalam julat yang dibenarkan',
    'not-whole': 'Beri nombor bulat dalam kbit/s',
    'too-low': 'Terlalu rendah; beri sekurang-kurangnya 64 kbit/s',
    'above-line-rate': 'Melebihi kadar talian capaian ini',
    'above-model-rate': 'Melebihi kadar port terpantas model ini',
    'not-a-port': 'Beri bingkai/slot/port:onu, contohnya 0/1/3:12',
    'port-needs-onu': 'Ini port PON; beri juga ONU padanya',
    'no-such-port': 'OLT talian ini tiada port atau ID ONU itu',
    'not-a-serial':
      'Beri 4 huruf dan 8 digit heks, contohnya HWTC1A2B3C4D, atau 16 digit heks; bagi peranti bukan PON, 4 hingga 32 huruf, angka dan -',
    'not-a-mac': 'Beri 12 digit heks, contohnya 3c:15:fb:00:12:34, alamat peranti itu sendiri',
    'not-a-prefix': 'Beri awalan IPv6 /32 hingga /64, contohnya 2a02:908:4b00:7f00::/56',
    'second-ipv6-address':
      'Alamat IP sudah pun alamat IPv6; kosongkan medan ini, atau beri alamat IPv4 di sana',
    'control-character': 'Buang aksara kawalan',
    'in-use': 'Nilai ini digunakan oleh talian lain',
    'above-plan': 'Melebihi pelan yang dilanggan',
    'far-below-plan': 'Jauh di bawah pelan yang dilanggan; semak unitnya',
    'vendor-mismatch': 'Awalan nombor siri ini milik pengeluar lain',
    'model-not-in-catalogue': 'Tiada dalam katalog peranti; semak nama pada label',
    'locally-administered-mac':
      'Alamat MAC ini ditadbir setempat (bukan daripada pengeluar); semak label',
    'same-as-neighbour': 'Alamat ini milik OLT atau get laluan pada talian ini, bukan CPE',
  },
  notKnown: 'Tidak diketahui',
  none: 'Tiada',
  yes: 'Ya',
  no: 'Tidak',
  down: 'turun',
  up: 'naik',
} satisfies Partial<Words>;
