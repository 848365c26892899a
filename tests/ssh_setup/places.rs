//! Where keys are kept otherwise than usual.

use regctl_lab::Fault;

use crate::bastion::{Bastion, KEY, KEYS};

#[test]
fn an_agent_that_looks_for_keys_elsewhere_is_not_called_done() {
    let Some(bastion) = Bastion::start(2) else { return };
    let a1 = bastion.agent("a1");
    a1.write("/etc/ssh/sshd_config.d/keys.conf", "AuthorizedKeysFile /etc/ssh/keys/%u\n").expect("writes");
    a1.shell("kill -HUP 1; sleep 1").expect("reads it again");
    let run = bastion.by_password(&[]);
    run.assert_exit(3);
    let error = &run.agent(a1)["error"];
    assert_eq!(error["kind"], "auth", "{error}");
    assert!(error["message"].as_str().expect("a text").contains("in its place, but not accepted"));
    assert!(error["hint"].as_str().expect("a hint").contains("AuthorizedKeysFile"));
    assert_eq!(run.status(bastion.agent("a2")), "changed");
}

#[test]
fn selinux_is_told() {
    let Some(bastion) = Bastion::start(1) else { return };
    let a1 = bastion.agent("a1");
    a1.shim("restorecon", "echo \"$@\" >>/tmp/restored").expect("is shimmed");
    bastion.by_password(&[]).assert_exit(0);
    assert_eq!(a1.read("/tmp/restored").expect("was called"), format!("/home/core/.ssh {KEYS}\n"));
}

#[test]
fn any_login_shell_will_do() {
    let Some(bastion) = Bastion::start(1) else { return };
    let a1 = bastion.agent("a1");
    let installed =
        a1.shell("ls /bin/csh /bin/tcsh /usr/bin/fish /bin/zsh 2>/dev/null").expect("looks").stdout;
    for shell in installed.lines().chain(["/bin/dash", "/bin/bash"]) {
        let set = format!("sed -i 's,^\\(core:.*\\):[^:]*$,\\1:{shell},' /etc/passwd");
        a1.shell(&set).expect("runs").good().expect("is set");
        for words in [&[][..], &["--remove"]] {
            let run = bastion.by_password(words);
            assert_eq!((run.exit, run.status(a1)), (Some(0), "changed"), "{shell}: {}", run.stdout);
        }
    }
}

#[test]
fn banners_and_chatty_profiles() {
    let Some(bastion) = Bastion::start(1) else { return };
    bastion.agent("a1").fault(&Fault::Chatty).expect("chats");
    bastion.by_password(&[]).assert_exit(0);
    assert!(bastion.key_works("a1", KEY) || bastion.agent("a1").exists(KEYS));
}
