//! A real nginx as the FTP tree: the judge of what its listings, validators and redirects look like.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use super::*;
use crate::sources::client::{ClientOptions, MirrorTable, RetryPolicy};

struct Nginx {
    process: Child,
    port: u16,
}

impl Nginx {
    /// Serves `folder/tree`; the rest of `folder` is nginx's own.
    fn start(folder: &Path) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = folder.display();
        let temporary =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {root}/{kind};"));
        let configuration = format!(
            "daemon off; master_process off; pid {root}/pid; error_log {root}/errors; events {{}}\n\
             http {{ access_log off; {}\n\
             server {{ listen 127.0.0.1:{port}; root {root}/tree; autoindex on; }} }}\n",
            temporary.concat()
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, configuration).unwrap();
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let process = Command::new("nginx").arg("-c").arg(&file).env("PATH", path).spawn();
        Self { process: process.expect("this test needs nginx (Debian: nginx-light)"), port }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn nginx_serves_a_tree_that_is_read_right() {
    let folder = tempfile::tempdir().unwrap();
    let release = folder.path().join("tree/ftp/python/3.14.0");
    let long = "python-3.14.0-a-name-that-nginx-cuts-after-fifty-characters.exe";
    std::fs::create_dir_all(release.join("amd64")).unwrap();
    std::fs::create_dir_all(release.with_file_name("3.13.5")).unwrap();
    std::fs::write(release.join("Python-3.14.0.tar.xz"), [7; 1234]).unwrap();
    std::fs::write(release.join(long), "").unwrap();
    let nginx = Nginx::start(folder.path());

    let mirror = format!("https://www.python.org/=http://127.0.0.1:{}/", nginx.port);
    let moment = Duration::from_millis(50);
    // nginx is up when it answers: the client's own retries wait for it.
    let retry = RetryPolicy { attempts: 200, base: moment, cap: moment, ..RetryPolicy::default() };
    let mirrors = MirrorTable::new([mirror.parse().unwrap()]).unwrap();
    let cache_folder = Some(folder.path().join("cache"));
    let client = Client::new(ClientOptions { mirrors, cache_folder, retry, ..ClientOptions::default() }).unwrap();

    assert_eq!(versions(&client).await, Answer::Found(["3.13.5", "3.14.0"].map(version).to_vec()));
    let Answer::Failed(error) = release_folder(&client, &version("3.13.5")).await else { panic!("not empty") };
    assert!(error.to_string().contains("expected at least one file in the listing"), "{error}");
    let listed = release_folder(&client, &version("3.14.0")).await.found().unwrap();
    let names: Vec<_> = listed.files.iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!((names, listed.complete), (vec![("Python-3.14.0.tar.xz", Some(1234)), (long, Some(0))], true));

    let url = artifact_url(&Artifact::source(&version("3.14.0")));
    let head = client.head(&url).await.found().unwrap();
    assert_eq!(head.size, Some(1234));
    let listed = listed.files[0].modified.unwrap();
    let late = head.last_modified.unwrap().as_second() - listed.as_second();
    assert!((0..60).contains(&late), "a listing's time is the file's, in UTC, to the minute");
    for revalidated in [false, true] {
        let page = client.get(&url, ARTIFACT).await.found().unwrap();
        assert_eq!((page.bytes.len(), page.revalidated), (1234, revalidated));
    }
    let without_slash = index_url().join("../python").unwrap();
    assert!(client.get(&without_slash, LISTING).await.found().is_some(), "nginx redirects to the folder");
    std::fs::write(release.join("a b$(x)&\"<i>.txt"), "").unwrap();
    let hostile = release_folder(&client, &version("3.14.0")).await.found().unwrap();
    assert_eq!((hostile.files.len(), hostile.complete), (2, false));
}
