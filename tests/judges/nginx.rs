//! A real nginx over a folder tree, listings included.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use pybump::demo::world::World;
use tempfile::TempDir;

/// An nginx that serves a copy of a world's python.org. Gone when dropped.
pub struct Nginx {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Nginx {
    pub fn serve(world: &World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, page) in world.pages().filter(|(path, _)| path.starts_with("/ftp/")) {
            let file = folder.path().join("tree").join(&path[1..]);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &page.body).unwrap();
            fs::File::options().write(true).open(&file).unwrap().set_modified(page.modified.into()).unwrap();
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let root = folder.path().display();
        let temporary =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {root}/{kind};"));
        let configuration = format!(
            "daemon off; master_process off; pid {root}/pid; error_log {root}/errors; events {{}}\n\
             http {{ log_format plain \"$request_method $uri $status\"; access_log {root}/requests plain; {}\n\
             server {{ listen 127.0.0.1:{port}; root {root}/tree; autoindex on; }} }}\n",
            temporary.concat()
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let process = Command::new("nginx").arg("-c").arg(&file).env("PATH", path).spawn().unwrap();
        let nginx = Self { process, port, folder };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < deadline, "nginx does not listen");
            std::thread::yield_now();
        }
        nginx
    }

    /// The mirror of python.org's tree that it is.
    pub fn mirror(&self) -> String {
        format!("https://www.python.org/ftp/python/=http://127.0.0.1:{}/ftp/python/", self.port)
    }

    /// The requests answered so far: method, path, status.
    pub fn requests(&self) -> String {
        fs::read_to_string(self.folder.path().join("requests")).unwrap()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
