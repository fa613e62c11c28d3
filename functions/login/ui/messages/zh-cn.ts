// The messages in Simplified Chinese, with the terms of Alibaba Cloud's Chinese console.
import type { Messages } from './message-keys.ts';

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

  home: {
    title: '我的角色',
    count: { one: '1 个角色', other: '# 个角色' },
    part: (shown, all) => `共 ${all} 个角色，显示前 ${shown} 个。请搜索其他角色。`,
    search: '搜索角色',
    searchButton: '搜索',
    clearSearch: '显示全部角色',
    noMatch: { title: '没有匹配的角色', text: '可按角色、项目、账号或描述中的词语搜索。' },
    none: {
      title: '您还没有角色',
      text: '您已登录，但还没有人授予您角色。请联系您所在项目的负责人。',
    },
    otherRoles: '其他角色',
    account: (id) => `账号 ${id}`,
    namedAccount: (name, id) => `${name}（账号 ${id}）`,
    upTo: (time) => `每次最长 ${time}`,
    openConsole: '打开控制台',
    getCredentials: '获取凭证',
    ofRole: (role) => `（${role}）`,
    stepUp: '确认是您本人',
    secondFactor: {
      byPasskey: '请用通行密钥确认，或重新登录并完成第二重验证。',
      bySignIn: '请重新登录并完成第二重验证。',
    },
    needs: {
      mfa: { title: '需要多因素认证', text: '使用此角色前请先确认身份。' },
      fresh_sign_in: { title: '需要重新登录', text: '距离上次登录的时间过长，无法使用此角色。' },
      fresh_token: { title: '需要重新登录', text: '当前登录即将到期，无法使用此角色。' },
      dpop: {
        title: '仅供持有密钥的程序使用',
        text: '请在命令行中，通过能够证明密钥持有（DPoP）的客户端使用此角色。',
      },
      network: { title: '需要公司网络', text: '请在公司网络或 VPN 中打开本页。' },
      network_unseen: {
        title: '需要公司网络',
        text: '本门户无法得知您所在的网络。请在公司网络或 VPN 中通过命令行使用此角色。',
      },
      time_window: { title: '不在可用时段', text: '此角色只能在特定时段使用。' },
    },
  },

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
    commandLine: {
      title: '在命令行中使用，无需复制',
      text: '只需安装一次该命令（需要 Node.js 20.19 或更高版本）。此后每次运行最后一行，终端都会自行获取凭证。',
    },
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

  console: {
    title: '打开控制台？',
    asks: (name) => `您将以 ${name} 的身份进入控制台，并在有效期内拥有此角色的权限。`,
    role: '角色',
    account: '账号',
    opens: '打开位置',
    startPage: '控制台首页',
    address: '地址',
    notYou: '任何链接都可能指向本页。如果不是您刚刚发起的，请返回：尚未打开任何内容。',
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

  commandLine: {
    title: '在命令行登录？',
    asks: (name) => `此电脑上的命令行请求以 ${name} 的身份登录。`,
    callsItself: (device) => `它称此电脑为“${device}”。`,
    gets: (end) => `登录后，它可以像您在此处一样使用您的角色，最迟至 ${end}。`,
    notYou: '如果不是您刚刚在此电脑上发起的，请取消：可能有人试图盗用您的权限。',
    goOn: '继续',
    cancel: '取消',
    asSomebodyElse: '重新登录，或以其他身份登录',
  },

  device: {
    title: '输入终端显示的代码',
    lead: '在要登录的机器上运行 stint login 或 aliyun configure，即可看到代码。',
    code: '代码',
    unknown: '代码无效、已被处理或已过期。请再次查看您的终端。',
    goOn: '继续',
    confirmTitle: '允许该机器登录？',
    asks: (name) => `另一台机器上的命令行请求以 ${name} 的身份登录。`,
    asker: '请求方',
    cloudSso: (client) => `CloudSSO 模式的 aliyun 配置（${client}）。访问令牌保存在文件中。`,
    callsItself: '自称',
    notSaid: '未提供',
    askedAt: '请求时间',
    address: '来源地址',
    yourAddress: '您的地址',
    notKnown: '未知',
    phishing: '如果此代码或本页链接是他人发给您的，请拒绝：否则发送者将能以您的身份操作。',
    sure: (code) => `我自己的终端显示 ${code}，并且是我本人在那里发起的。`,
    approve: '允许',
    deny: '拒绝',
    approved: { title: '该机器已登录', text: '请返回终端。您可以关闭此页。' },
    denied: { title: '已拒绝该机器', text: '如果代码是他人发给您的，请告知安全团队。' },
    toSessions: '查看我的会话',
  },

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

  faults: {
    idp_unavailable: {
      title: '公司的登录服务没有响应',
      text: '您的账号没有问题。请稍等一分钟再试；若仍不行，请告知 IT 部门身份提供方已中断。',
    },
    sign_on_refused: {
      title: '登录未成功',
      text: '公司的登录服务未能确认您的身份。请重试；若再次失败，请联系 IT 部门。',
    },
    company_first: {
      title: '请重新通过公司登录',
      text: '您上次通过公司的登录已结束或已过去太久。请在下一页选择公司的登录方式，而不是通行密钥：通行密钥仅在此后的一段时间内有效，届时即可再次使用。',
    },
    too_many_groups: {
      title: '您所在的群组过多',
      text: '公司的登录服务认识您，但您的群组或信息超出了此处可接受的数量，因此未能登录。重试没有帮助。请让 IT 部门只向此应用发送所需的群组，并告知下方的请求 ID。',
    },
    sign_on_misconfigured: {
      title: '此登录方式的配置有误',
      text: '您的账号没有问题。只有管理员能够修正，请将下方的请求 ID 告知管理员。',
    },
    sign_on_ended: {
      title: '无法完成此次登录',
      text: '此次登录在别处发起、已被使用，或耗时过长。请重新开始。',
    },
    client_refused: {
      title: '这不是命令行的登录请求',
      text: '打开的地址有误或系伪造，未执行任何操作。请重新运行 stint login。',
    },
    form_refused: { title: '页面已过期', text: '未执行任何操作。请返回角色列表后重试。' },
    session_ended: { title: '您的会话已结束', text: '未执行任何操作。请重新登录后继续。' },
    access_denied: {
      title: '您不能使用此角色',
      text: '页面显示之后，您的权限可能已变更。请联系角色的负责人。',
    },
    step_up_required: { title: '此角色需要更强的验证', text: '请先确认是您本人，然后再使用此角色。' },
    rate_limited: { title: '请求过于频繁', text: '请稍等几秒后重试。' },
    role_misconfigured: {
      title: '此角色的配置有误',
      text: '只有管理员能够修正。请将下方的请求 ID 告知管理员。',
    },
    console_unavailable: {
      title: '控制台登录服务没有响应',
      text: '阿里云未返回登录链接。请一分钟后重试。',
    },
    destination_refused: {
      title: '这不是控制台的页面',
      text: '该链接指向阿里云控制台以外的地址，或过长。未打开任何内容。请从角色列表打开控制台。',
    },
    vend_unavailable: { title: '服务暂时中断', text: '未签发任何凭证。请一分钟后重试。' },
    store_unavailable: { title: '服务暂时中断', text: '未执行任何操作。请一分钟后重试。' },
    audit_unavailable: { title: '服务暂时中断', text: '未执行任何操作。请一分钟后重试。' },
    keys_unavailable: { title: '服务暂时中断', text: '未执行任何操作。请一分钟后重试。' },
    logout_refused: { title: '未能退出登录', text: '请在角色页面上退出登录。' },
    method_not_allowed: { title: '页面不存在', text: '请返回角色列表重新开始。' },
    too_large: { title: '提交的内容过大', text: '未执行任何操作。请返回角色列表重新开始。' },
    not_found: { title: '页面不存在', text: '地址可能已失效或输入有误。' },
    internal_error: { title: '系统出现错误', text: '未签发任何凭证。请将下方的请求 ID 告知管理员。' },
  },
  fault: {
    toPortal: '返回我的角色',
    signInAgain: '登录',
    tryAgain: '重试',
    requestId: '请求 ID',
  },
};
