import type { Words } from '../english/english.ts';

export const access: Words['access'] = {
  columns: {
    person: 'Orang',
    name: 'Nama program',
    roles: 'Peranan',
    segmentGroups: 'Kumpulan segmen',
    began: 'Bermula',
    made: 'Dicipta',
    lastUsed: 'Kali terakhir digunakan',
    ends: 'Tamat',
    action: 'Tindakan',
  },
  sessions: {
    heading: 'Sesi',
    explain:
      'Siapa yang sedang log masuk ke portal. Menamatkan sesi mengeluarkan pelayar itu serta-merta. Untuk menyekat seseorang, nyahdayakan dahulu akaunnya di pembekal identiti anda.',
    personId: 'ID orang',
    show: 'Tunjukkan sesi',
    yours: 'Pelayar ini',
    end: 'Tamatkan sesi',
    endHeading: (name) => `Tamatkan sesi ${name}?`,
    endExplain:
      'Orang itu perlu log masuk semula. Apa yang ditaip dan belum dihantar disimpan di tab itu.',
    ended: (name) => `Sesi ${name} telah ditamatkan.`,
    none: 'Tiada sesi sedemikian yang terbuka.',
  },
  tokens: {
    heading: 'Token API',
    explain:
      'Untuk program yang tidak mendapat token daripada pembekal identiti anda. Token tidak boleh mencipta token atau melihat log capaian.',
    newHeading: 'Token baharu',
    name: 'Nama program',
    lifetime: 'Sah selama',
    days: (days) => `${days} hari`,
    noGroups: 'Anda tiada kumpulan segmen yang boleh diberikan.',
    incomplete: 'Beri nama dan sekurang-kurangnya satu peranan.',
    create: 'Cipta token',
    created: (name) => `Token ${name} telah dicipta.`,
    copyNow: 'Salin sekarang: ia ditunjukkan sekali sahaja.',
    copy: 'Salin token',
    copied: 'Disalin',
    hide: 'Sembunyikan token',
    never: 'tidak pernah',
    revoked: (at) => `Dibatalkan ${at}`,
    expired: 'Tamat tempoh',
    revoke: 'Batalkan',
    revokeHeading: (name) => `Batalkan token ${name}?`,
    revokeExplain: 'Program itu ditolak dalam 5 s, di semua pelayan. Ini tidak boleh dikembalikan.',
    none: 'Tiada token API.',
  },
};
