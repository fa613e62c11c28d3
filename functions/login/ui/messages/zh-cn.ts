// What pages say in Simplified Chinese, with the terms of Alibaba Cloud's own Chinese console.

import type { Messages } from './messages.ts';
import { ZH_CN_COMMAND_LINE } from './zh-cn-command-line.ts';
import { ZH_CN_FAULTS } from './zh-cn-faults.ts';
import { ZH_CN_HOME } from './zh-cn-home.ts';

const MINUTE = 60;
const HOUR = 3_600;

function duration(seconds: number): string {
  const hours = Math.floor(seconds / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  const parts = [hours > 0 && `${hours} 小时`, minutes > 0 && `${minutes} 分钟`];
  return parts.filter((part) => part !== false).join(' ') || `${seconds} 秒`;
}

export const ZH_CN: Messages = {
  languageName: '简体中文',
  languageLabel: '语言',
  skipToContent: '跳到正文',
  opensInNewTab: '在新标签页中打开',
  signOut: '退出登录',
  signedInAs: (name) => `当前用户：${name}`,
  navigation: '门户',
  roles: '角色',
  activity: '动态',
  sessions: '会话',
  duration,

  signIn: {
    title: '登录',
    lead: '按需获取阿里云的短期访问权限，用完即止。',
    with: (connection) => `使用 ${connection} 登录`,
    none: '尚未配置登录方式，请联系本服务的管理员。',
    help: '您将在公司自己的页面上登录，密码不会经过本站。',
  },

  signedOut: {
    leaving: {
      title: '您已退出本门户',
      text: '公司的登录服务可能仍保留着您在此浏览器中的登录状态，请一并退出。',
      goOn: '继续',
    },
    everywhere: {
      title: '您已退出登录',
      text: '您已同时退出本门户和公司的登录服务。',
      goOn: '登录',
    },
    here: {
      title: '您仅退出了本门户',
      text: '公司的登录服务未确认您已退出，可能仍保留着您的登录状态。请前往该服务退出，或关闭此浏览器的所有窗口。',
      goOn: '登录',
    },
  },

  home: ZH_CN_HOME,

  credentials: {
    back: '全部角色',
    validUntil: (time) => `有效期至 ${time}`,
    timeLeft: '剩余时间',
    format: '格式',
    formats: {
      shell: 'Shell',
      powershell: 'PowerShell',
      env: '.env',
      json: 'JSON',
      aliyun: '阿里云 CLI',
    },
    hints: {
      shell: '粘贴到 bash、zsh 或其他 POSIX Shell 中。',
      powershell: '粘贴到 PowerShell 窗口中。',
      env: '保存为工具读取的文件，请勿提交到版本库。',
      json: '与 STS 返回结果的格式相同。',
      aliyun: '为 aliyun 命令行添加一个配置。',
    },
    copy: '复制',
    copied: '已复制',
    notCopied: '未复制',
    copyFailed: '未能复制。文本已选中，请手动复制。',
    refresh: '刷新凭证',
    same: (time) =>
      time === undefined
        ? '凭证与之前相同：它们的有效期还足够。'
        : `凭证与之前相同。${time} 起会签发新的凭证。`,
    caution: '在到期之前，任何持有者都能以此角色操作。五分钟后凭证将从本页移除。',
    expired: { title: '凭证已过期', text: '请刷新凭证后继续。' },
    removed: {
      title: '凭证已从本页移除',
      text: '已复制的凭证在到期前仍然有效。如需再次查看，请刷新凭证。',
    },
    commandLine: { title: '在命令行中使用，无需复制', text: '每次运行时，终端都会自行获取凭证。' },
    minutesLeft: { one: '还剩 1 分钟', other: '还剩 # 分钟' },
  },

  sessionList: {
    title: '我的会话',
    lead: '您在以下位置登录。请结束您不认识的会话；由其批准的命令行会话会一并结束。',
    current: '当前浏览器',
    startedAt: '登录时间',
    lastSeenAt: '最近使用',
    endsAt: '到期时间',
    unknownBrowser: '未知浏览器',
    commandLine: (where) => `命令行：${where}`,
    end: '结束',
    endOne: (browser) => `${browser} 中的会话`,
    endOthers: '结束所有其他会话',
  },

  stepUp: {
    title: '确认是您本人',
    lead: (role) => `确认后即可使用 ${role}。`,
    addFirst: '您还没有通行密钥。请现在添加一个，然后用它确认。',
    signInAgain: (connection) => `使用 ${connection} 重新登录`,
    elsewise: '如无法完成以上操作：',
  },

  passkeys: {
    title: '通行密钥',
    lead: '通行密钥用您的设备代替密码登录，并确认是您本人。',
    none: '您还没有通行密钥。',
    name: '名称',
    example: '办公笔记本',
    addedAt: '添加时间',
    usedAt: '上次使用',
    neverUsed: '从未使用',
    rename: '重命名',
    remove: '移除',
    add: '添加通行密钥',
    addLater: '要添加通行密钥，请先退出，再通过公司登录，并在 15 分钟内回到此页。',
    confirm: '用通行密钥确认',
    confirmWhy: '有些角色需要再次确认是您本人。',
    signIn: '用通行密钥登录',
    notDone: '未使用通行密钥，请重试。',
    needsScripts: '通行密钥需要启用 JavaScript。',
  },

  ...ZH_CN_COMMAND_LINE,

  activityList: {
    title: '最近动态',
    lead: '以您的身份在本门户进行的操作。如有并非您本人的操作，请告知安全团队。',
    none: '暂无动态。',
    events: {
      signed_in: (connection) => `使用 ${connection} 登录`,
      console: (role) => `以 ${role} 打开了控制台`,
      console_failed: (role) => `尝试以 ${role} 打开控制台，未成功`,
      credentials_failed: (role) => `尝试获取 ${role} 的凭证，未成功`,
      credentials: (role) => `获取了 ${role} 的凭证`,
      refused: (role) => `使用 ${role} 被拒绝`,
      session_ended: () => '结束了一个会话',
      passkey_added: (name) => `添加了通行密钥 ${name}`,
      passkey_removed: (name) => `移除了通行密钥 ${name}`,
      command_line: (device) => (device === '' ? '在命令行登录' : `在 ${device} 的命令行登录`),
    },
  },

  faults: ZH_CN_FAULTS,
  fault: {
    toPortal: '返回我的角色',
    signInAgain: '登录',
    tryAgain: '重试',
    requestId: '请求 ID',
  },
};
