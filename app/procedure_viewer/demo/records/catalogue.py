"""What may be done to the people of the demo: codes with their own titles, and plain words.

The codes are of ICD-10-PCS and HCPCS Level II, which are free to use. CPT, CDT and SNOMED CT are not, and
none of their titles may be added here.
"""

from typing import NamedTuple

ICD_10_PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
UNSTRUCTURED = "unstructured"
"""No URL: the literal that the API uses for a procedure that was typed in words."""


class Act(NamedTuple):
    """One kind of procedure, as one `coding`; `code` is "" where there are words only."""

    system: str
    code: str
    display: str

    def coding(self) -> dict[str, str]:
        """The FHIR Coding."""
        coding = {"system": self.system, "code": self.code, "display": self.display}
        return {element: value for element, value in coding.items() if value}


def _pcs(code: str, display: str) -> Act:
    return Act(ICD_10_PCS, code, display)


def _hcpcs(code: str, display: str) -> Act:
    return Act(HCPCS, code, display)


def _words(display: str) -> Act:
    return Act(UNSTRUCTURED, "", display)


# Prevention and screening
FLU_SHOT = _hcpcs("G0008", "Administration of influenza virus vaccine")
PNEUMOCOCCAL_SHOT = _hcpcs("G0009", "Administration of pneumococcal vaccine")
HEPATITIS_B_SHOT = _hcpcs("G0010", "Administration of hepatitis B vaccine")
VACCINE = _pcs("3E0234Z", "Introduction of Serum, Toxoid and Vaccine into Muscle, Percutaneous Approach")
ANNUAL_WELLNESS = _hcpcs(
    "G0439", "Annual wellness visit, includes a personalized prevention plan of service (PPS), subsequent visit"
)
MAMMOGRAPHY = _pcs("BH02ZZZ", "Plain Radiography of Bilateral Breasts")
PAP_SMEAR = _hcpcs(
    "Q0091",
    "Screening Papanicolaou smear; obtaining, preparing and conveyance of cervical or vaginal smear to laboratory",
)
PELVIC_EXAMINATION = _hcpcs("G0101", "Cervical or vaginal cancer screening; pelvic and clinical breast examination")
PSA_TEST = _hcpcs("G0103", "Prostate cancer screening; prostate specific antigen test (PSA)")
COLONOSCOPY_SCREENING = _hcpcs(
    "G0121", "Colorectal cancer screening; colonoscopy on individual not meeting criteria for high risk"
)
HEARING_SCREENING = _hcpcs("V5008", "Hearing screening")
HEARING_AID_FITTING = _hcpcs("V5011", "Fitting/orientation/checking of hearing aid")
SMOKING_CESSATION = _hcpcs("S9453", "Smoking cessation classes, non-physician provider, per session")
WEIGHT_CLASS = _hcpcs("S9449", "Weight management classes, non-physician provider, per session")

# Looking
CHEST_X_RAY = _pcs("BW03ZZZ", "Plain Radiography of Chest")
KNEE_X_RAY_RIGHT = _pcs("BQ07ZZZ", "Plain Radiography of Right Knee")
KNEE_X_RAY_LEFT = _pcs("BQ08ZZZ", "Plain Radiography of Left Knee")
BRAIN_MRI = _pcs("B030ZZZ", "Magnetic Resonance Imaging (MRI) of Brain")
HEAD_CT = _pcs("BW28ZZZ", "Computerized Tomography (CT Scan) of Head")
ABDOMEN_CT = _pcs("BW20ZZZ", "Computerized Tomography (CT Scan) of Abdomen")
ECHOCARDIOGRAM = _pcs("B246ZZZ", "Ultrasonography of Right and Left Heart")
KIDNEY_ULTRASOUND = _pcs("BT43ZZZ", "Ultrasonography of Bilateral Kidneys")
BILE_DUCT_ULTRASOUND = _pcs("BF40ZZZ", "Ultrasonography of Bile Ducts")
ECG = _pcs("4A02X4Z", "Measurement of Cardiac Electrical Activity, External Approach")
HOLTER = _pcs("4A12X45", "Monitoring of Cardiac Electrical Activity, Ambulatory, External Approach")
EEG = _pcs("4A00X4Z", "Measurement of Central Nervous Electrical Activity, External Approach")
CORONARY_ANGIOGRAPHY = _pcs("B2111ZZ", "Fluoroscopy of Multiple Coronary Arteries using Low Osmolar Contrast")
LEFT_HEART_CATHETER = _pcs("4A023N7", "Measurement of Cardiac Sampling and Pressure, Left Heart, Percutaneous Approach")
GASTROSCOPY = _pcs("0DJ08ZZ", "Inspection of Upper Intestinal Tract, Via Natural or Artificial Opening Endoscopic")
STOMACH_BIOPSY = _pcs("0DB68ZX", "Excision of Stomach, Via Natural or Artificial Opening Endoscopic, Diagnostic")
COLONOSCOPY = _pcs("0DJD8ZZ", "Inspection of Lower Intestinal Tract, Via Natural or Artificial Opening Endoscopic")
COLON_BIOPSY = _pcs("0DBN8ZX", "Excision of Sigmoid Colon, Via Natural or Artificial Opening Endoscopic, Diagnostic")
BRONCHOSCOPY = _pcs("0BJ08ZZ", "Inspection of Tracheobronchial Tree, Via Natural or Artificial Opening Endoscopic")
CYSTOSCOPY = _pcs("0TJB8ZZ", "Inspection of Bladder, Via Natural or Artificial Opening Endoscopic")
LUMBAR_PUNCTURE = _pcs("009U3ZX", "Drainage of Spinal Canal, Percutaneous Approach, Diagnostic")
SKIN_BIOPSY_BACK = _pcs("0HB6XZX", "Excision of Back Skin, External Approach, Diagnostic")
SKIN_BIOPSY_FACE = _pcs("0HB1XZX", "Excision of Face Skin, External Approach, Diagnostic")

# Heart
STENT = _pcs(
    "027034Z", "Dilation of Coronary Artery, One Artery with Drug-eluting Intraluminal Device, Percutaneous Approach"
)
BYPASS = _pcs("021009W", "Bypass Coronary Artery, One Artery from Aorta with Autologous Venous Tissue, Open Approach")
CARDIOVERSION = _pcs("5A2204Z", "Restoration of Cardiac Rhythm, Single")
PACEMAKER = _pcs(
    "0JH606Z", "Insertion of Pacemaker, Dual Chamber into Chest Subcutaneous Tissue and Fascia, Open Approach"
)
AORTIC_VALVE = _pcs("02RF38Z", "Replacement of Aortic Valve with Zooplastic Tissue, Percutaneous Approach")
CARDIAC_REHABILITATION = _hcpcs(
    "G0422", "Intensive cardiac rehabilitation; with or without continuous ECG monitoring with exercise, per session"
)
INR = _words("Fingerstick INR, warfarin clinic")

# Kidneys and bladder
DIALYSIS = _pcs("5A1D70Z", "Performance of Urinary Filtration, Intermittent, Less than 6 Hours Per Day")
FISTULA = _pcs("031C0ZF", "Bypass Left Radial Artery to Lower Arm Vein, Open Approach")
DIALYSIS_CATHETER = _pcs("02HV33Z", "Insertion of Infusion Device into Superior Vena Cava, Percutaneous Approach")
KIDNEY_BIOPSY = _pcs("0TB03ZX", "Excision of Right Kidney, Percutaneous Approach, Diagnostic")
KIDNEY_TRANSPLANT = _pcs("0TY00Z0", "Transplantation of Right Kidney, Allogeneic, Open Approach")
LITHOTRIPSY = _pcs("0TF4XZZ", "Fragmentation in Left Kidney Pelvis, External Approach")
URETER_STENT = _pcs(
    "0T778DZ",
    "Dilation of Left Ureter with Intraluminal Device, Via Natural or Artificial Opening Endoscopic",
)
BLADDER_CATHETER = _pcs("0T9B70Z", "Drainage of Bladder with Drainage Device, Via Natural or Artificial Opening")
TRANSFUSION = _pcs(
    "30233N1", "Transfusion of Nonautologous Red Blood Cells into Peripheral Vein, Percutaneous Approach"
)

# Cancer
CHEMOTHERAPY = _pcs("3E03305", "Introduction of Other Antineoplastic into Peripheral Vein, Percutaneous Approach")
PORT = _pcs(
    "0JH60WZ",
    "Insertion of Totally Implantable Vascular Access Device into Chest Subcutaneous Tissue and Fascia, Open Approach",
)
BREAST_BIOPSY = _pcs("0HBU3ZX", "Excision of Left Breast, Percutaneous Approach, Diagnostic")
LUMPECTOMY = _pcs("0HBU0ZZ", "Excision of Left Breast, Open Approach")
BREAST_RADIATION = _pcs("DM001ZZ", "Beam Radiation of Left Breast using Photons 1 - 10 MeV")
PROSTATE_RADIATION = _pcs("DV001ZZ", "Beam Radiation of Prostate using Photons 1 - 10 MeV")
PROSTATECTOMY = _pcs("0VT04ZZ", "Resection of Prostate, Percutaneous Endoscopic Approach")
ROBOT = _pcs("8E0W4CZ", "Robotic Assisted Procedure of Trunk Region, Percutaneous Endoscopic Approach")
SIGMOID_RESECTION = _pcs("0DTN0ZZ", "Resection of Sigmoid Colon, Open Approach")

# Bones, joints, nerves
KNEE_REPLACEMENT_RIGHT = _pcs("0SRC0JZ", "Replacement of Right Knee Joint with Synthetic Substitute, Open Approach")
KNEE_REPLACEMENT_LEFT = _pcs("0SRD0JZ", "Replacement of Left Knee Joint with Synthetic Substitute, Open Approach")
HIP_REPLACEMENT = _pcs("0SR90JZ", "Replacement of Right Hip Joint with Synthetic Substitute, Open Approach")
HIP_NAIL = _pcs(
    "0QS636Z",
    "Reposition Right Upper Femur with Intramedullary Internal Fixation Device, Percutaneous Approach",
)
WRIST_PLATE = _pcs("0PSJ04Z", "Reposition Left Radius with Internal Fixation Device, Open Approach")
ROTATOR_CUFF = _pcs("0LQ14ZZ", "Repair Right Shoulder Tendon, Percutaneous Endoscopic Approach")
MENISCUS = _pcs("0SBC4ZZ", "Excision of Right Knee Joint, Percutaneous Endoscopic Approach")
CARPAL_TUNNEL = _pcs("01N50ZZ", "Release Median Nerve, Open Approach")
LUMBAR_DISC = _pcs("0SB20ZZ", "Excision of Lumbar Vertebral Disc, Open Approach")
JOINT_INJECTION = _pcs("3E0U33Z", "Introduction of Anti-inflammatory into Joints, Percutaneous Approach")
EPIDURAL_INJECTION = _pcs("3E0S33Z", "Introduction of Anti-inflammatory into Epidural Space, Percutaneous Approach")
GAIT_TRAINING = _pcs("F07Z9ZZ", "Gait Training/Functional Ambulation Treatment")
MANUAL_THERAPY = _pcs(
    "F07L7ZZ", "Manual Therapy Techniques Treatment of Musculoskeletal System - Lower Back / Lower Extremity"
)
ACUPUNCTURE = _pcs("8E0H30Z", "Acupuncture")
CAST = _pcs("2W3DX2Z", "Immobilization of Left Lower Arm using Cast")

# Belly, neck, ears, eyes, skin
GALLBLADDER = _pcs("0FT44ZZ", "Resection of Gallbladder, Percutaneous Endoscopic Approach")
APPENDIX = _pcs("0DTJ4ZZ", "Resection of Appendix, Percutaneous Endoscopic Approach")
HERNIA = _pcs("0YU54JZ", "Supplement Right Inguinal Region with Synthetic Substitute, Percutaneous Endoscopic Approach")
STOMACH_SLEEVE = _pcs("0DB64Z3", "Excision of Stomach, Percutaneous Endoscopic Approach, Vertical")
THYROID = _pcs("0GTK0ZZ", "Resection of Thyroid Gland, Open Approach")
THYROID_BIOPSY = _pcs("0GBH3ZX", "Excision of Right Thyroid Gland Lobe, Percutaneous Approach, Diagnostic")
TONSILS = _pcs("0CTPXZZ", "Resection of Tonsils, External Approach")
ADENOIDS = _pcs("0CTQXZZ", "Resection of Adenoids, External Approach")
EAR_TUBE_RIGHT = _pcs("099570Z", "Drainage of Right Middle Ear with Drainage Device, Via Natural or Artificial Opening")
EAR_TUBE_LEFT = _pcs("099670Z", "Drainage of Left Middle Ear with Drainage Device, Via Natural or Artificial Opening")
CATARACT_RIGHT = _pcs("08RJ3JZ", "Replacement of Right Lens with Synthetic Substitute, Percutaneous Approach")
CATARACT_LEFT = _pcs("08RK3JZ", "Replacement of Left Lens with Synthetic Substitute, Percutaneous Approach")
GLAUCOMA_SCREENING = _hcpcs(
    "G0117", "Glaucoma screening for high risk patients furnished by an optometrist or ophthalmologist"
)
HAND_REPAIR = _pcs("0HQGXZZ", "Repair Left Hand Skin, External Approach")
FACE_REPAIR = _pcs("0HQ1XZZ", "Repair Face Skin, External Approach")
TOE_NAIL = _pcs("0HDRXZZ", "Extraction of Toe Nail, External Approach")
NAIL_TRIMMING = _hcpcs("G0127", "Trimming of dystrophic nails, any number")
DIABETES_TRAINING = _hcpcs("G0108", "Diabetes outpatient self-management training services, individual, per 30 minutes")

# Women, men, birth
ULTRASOUND_FIRST_TRIMESTER = _pcs("BY49ZZZ", "Ultrasonography of First Trimester, Single Fetus")
ULTRASOUND_SECOND_TRIMESTER = _pcs("BY4CZZZ", "Ultrasonography of Second Trimester, Single Fetus")
ULTRASOUND_THIRD_TRIMESTER = _pcs("BY4FZZZ", "Ultrasonography of Third Trimester, Single Fetus")
BIRTH_CLASS = _hcpcs("S9436", "Childbirth preparation/Lamaze classes, nonphysician provider, per session")
LACTATION_CLASS = _hcpcs("S9443", "Lactation classes, nonphysician provider, per session")
DELIVERY = _pcs("10E0XZZ", "Delivery of Products of Conception, External Approach")
CESAREAN = _pcs("10D00Z1", "Extraction of Products of Conception, Low, Open Approach")
PERINEUM_REPAIR = _pcs("0KQM0ZZ", "Repair Perineum Muscle, Open Approach")
IUD = _pcs("0UH97HZ", "Insertion of Contraceptive Device into Uterus, Via Natural or Artificial Opening")
HYSTERECTOMY = _pcs("0UT94ZZ", "Resection of Uterus, Percutaneous Endoscopic Approach")
VASECTOMY = _pcs("0VBQ3ZZ", "Excision of Bilateral Vas Deferens, Percutaneous Approach")
PROSTATE_RESECTION = _pcs("0VB08ZZ", "Excision of Prostate, Via Natural or Artificial Opening Endoscopic")
CIRCUMCISION = _pcs("0VTTXZZ", "Resection of Prepuce, External Approach")
PHOTOTHERAPY = _pcs("6A600ZZ", "Phototherapy of Skin, Single")

# Mind
MENTAL_ASSESSMENT = _hcpcs("H0031", "Mental health assessment, by non-physician")
ALCOHOL_ASSESSMENT = _hcpcs("H0001", "Alcohol and/or drug assessment")
DETOXIFICATION = _pcs("HZ2ZZZZ", "Detoxification Services for Substance Abuse Treatment")
GROUP_COUNSELING = _hcpcs("H0005", "Alcohol and/or drug services; group counseling by a clinician")
PSYCHOTHERAPY = _pcs("GZ58ZZZ", "Individual Psychotherapy, Cognitive-Behavioral")
GROUP_PSYCHOTHERAPY = _pcs("GZHZZZZ", "Group Psychotherapy")
MEDICATION_MANAGEMENT = _pcs("GZ3ZZZZ", "Medication Management")
ECT = _pcs("GZB2ZZZ", "Electroconvulsive Therapy, Bilateral-Single Seizure")

# In the clinic's own words
EAR_WAX = _words("Ear wax removal, both ears")
ALLERGY_SHOT = _words("Allergy immunotherapy injection")
SPIROMETRY = _words("Spirometry before and after inhaler")
WART = _words("Liquid nitrogen to wart, right hand")
SUTURE_REMOVAL = _words("Suture removal")
DRESSING = _words("Dressing change, leg ulcer")
RETINA = _words("Dilated eye exam, retina photographed")
B12 = _words("B12 injection, left deltoid")
