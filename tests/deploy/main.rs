//! `regctl deploy`: against a Marathon that is strict or misbehaves, and in a whole lab with staging over SSH.

mod cache;
mod cluster;
mod gc;
mod image_archive;
mod images;
mod killed;
mod lab;
mod marathon;
mod moving;
mod offering;
mod plain;
mod pulling;
mod renew;
mod rollback;
mod rotate;
mod run;
mod s3;
mod several;
mod site;
mod task_log;
mod undeploy;
mod users;
mod ways_in;
