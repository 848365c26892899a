//! Where the cluster is and how to be let in.

use std::path::PathBuf;

use clap::Args;

/// The cluster group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterArgs {
    /// A Mesos master, leading or not [default: http://master.mesos:5050].
    #[arg(long, value_name = "URL", env = "REGCTL_MESOS")]
    pub mesos: Option<String>,
    /// Marathon, or Admin Router's https://HOST/service/marathon [default: http://marathon.mesos:8080].
    #[arg(long, value_name = "URL", env = "REGCTL_MARATHON")]
    pub marathon: Option<String>,
    /// File with a DC/OS token.
    #[arg(long, value_name = "FILE", env = "REGCTL_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,
    /// User for HTTP Basic.
    #[arg(long, value_name = "NAME", env = "REGCTL_CLUSTER_USER", requires = "cluster_password_file")]
    pub cluster_user: Option<String>,
    /// File with that user's password.
    #[arg(long, value_name = "FILE", env = "REGCTL_CLUSTER_PASSWORD_FILE")]
    pub cluster_password_file: Option<PathBuf>,
    /// PEM file with the CA of the cluster's own certificates.
    #[arg(long, value_name = "FILE", env = "REGCTL_CLUSTER_CA")]
    pub cluster_ca: Option<PathBuf>,
}
