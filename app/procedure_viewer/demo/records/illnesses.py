"""Courses that illness takes, each as a list of steps: how many days after it began, what is done, how often."""

from procedure_viewer.demo.records import catalogue as acts
from procedure_viewer.demo.records.courses import Step, course

# Heart
CORONARY = course(
    Step(0, acts.ECG),
    Step(1, acts.CORONARY_ANGIOGRAPHY),
    Step(1, acts.LEFT_HEART_CATHETER),
    Step(1, acts.STENT),
    Step(21, acts.CARDIAC_REHABILITATION, 24, 3),
    Step(150, acts.ECHOCARDIOGRAM),
    Step(360, acts.ECG, 3, 365),
)
BYPASS = course(
    Step(0, acts.CORONARY_ANGIOGRAPHY),
    Step(9, acts.BYPASS),
    Step(9, acts.TRANSFUSION),
    Step(11, acts.CHEST_X_RAY),
    Step(45, acts.CARDIAC_REHABILITATION, 24, 3),
)
FIBRILLATION = course(
    Step(0, acts.ECG),
    Step(4, acts.HOLTER),
    Step(10, acts.INR, 44, 28),
    Step(20, acts.ECHOCARDIOGRAM),
    Step(40, acts.CARDIOVERSION),
    Step(1300, acts.PACEMAKER),
    Step(1390, acts.ECG),
)
VALVE = course(
    Step(0, acts.ECHOCARDIOGRAM),
    Step(20, acts.LEFT_HEART_CATHETER),
    Step(40, acts.AORTIC_VALVE),
    Step(42, acts.ECG),
    Step(220, acts.ECHOCARDIOGRAM, 3, 365),
)

# Kidneys, bladder, prostate
TRANSPLANT = course(
    Step(0, acts.KIDNEY_TRANSPLANT),
    Step(0, acts.BLADDER_CATHETER),
    Step(1, acts.TRANSFUSION),
    Step(90, acts.KIDNEY_BIOPSY, 4, 180),
)
KIDNEY_STONES = course(
    Step(0, acts.ABDOMEN_CT),
    Step(5, acts.URETER_STENT),
    Step(30, acts.LITHOTRIPSY),
    Step(90, acts.KIDNEY_ULTRASOUND),
)
ENLARGED_PROSTATE = course(Step(0, acts.BLADDER_CATHETER), Step(20, acts.CYSTOSCOPY), Step(45, acts.PROSTATE_RESECTION))
PROSTATE_RADIATION = course(
    Step(0, acts.PSA_TEST), Step(120, acts.PROSTATE_RADIATION, 30, 2), Step(250, acts.PSA_TEST, 10, 182)
)
PROSTATECTOMY = course(
    Step(0, acts.PROSTATECTOMY),
    Step(0, acts.ROBOT),
    Step(0, acts.BLADDER_CATHETER),
    Step(90, acts.PSA_TEST, 8, 182),
)

# Cancer
BREAST_CANCER = course(
    Step(0, acts.MAMMOGRAPHY),
    Step(9, acts.BREAST_BIOPSY),
    Step(30, acts.LUMPECTOMY),
    Step(50, acts.PORT),
    Step(60, acts.CHEMOTHERAPY, 8, 14),
    Step(200, acts.BREAST_RADIATION, 20, 2),
    Step(400, acts.MAMMOGRAPHY, 4, 365),
)
COLON_CANCER = course(
    Step(0, acts.COLONOSCOPY),
    Step(0, acts.COLON_BIOPSY),
    Step(8, acts.ABDOMEN_CT),
    Step(20, acts.SIGMOID_RESECTION),
    Step(21, acts.TRANSFUSION),
    Step(55, acts.PORT),
    Step(60, acts.CHEMOTHERAPY, 12, 14),
    Step(380, acts.COLONOSCOPY, 3, 365),
)

# Bones, joints, nerves
KNEES = course(
    Step(0, acts.KNEE_X_RAY_RIGHT),
    Step(0, acts.KNEE_X_RAY_LEFT),
    Step(14, acts.JOINT_INJECTION, 3, 100),
    Step(420, acts.KNEE_REPLACEMENT_RIGHT),
    Step(425, acts.GAIT_TRAINING, 16, 4),
    Step(1000, acts.KNEE_REPLACEMENT_LEFT),
    Step(1005, acts.GAIT_TRAINING, 14, 4),
)
HIP_FRACTURE = course(Step(0, acts.HIP_NAIL), Step(1, acts.TRANSFUSION), Step(3, acts.GAIT_TRAINING, 20, 3))
HIP_REPLACEMENT = course(Step(0, acts.HIP_REPLACEMENT), Step(4, acts.GAIT_TRAINING, 12, 4))
WRIST_FRACTURE = course(Step(0, acts.CAST), Step(3, acts.WRIST_PLATE), Step(14, acts.SUTURE_REMOVAL))
SHOULDER = course(Step(0, acts.JOINT_INJECTION, 2, 60), Step(180, acts.ROTATOR_CUFF))
MENISCUS = course(
    Step(0, acts.KNEE_X_RAY_RIGHT),
    Step(30, acts.MENISCUS),
    Step(44, acts.SUTURE_REMOVAL),
    Step(50, acts.MANUAL_THERAPY, 10, 4),
)
BACK = course(
    Step(0, acts.MANUAL_THERAPY, 18, 4),
    Step(100, acts.ACUPUNCTURE, 10, 7),
    Step(200, acts.EPIDURAL_INJECTION, 3, 90),
    Step(600, acts.LUMBAR_DISC),
)
CARPAL_TUNNEL = course(Step(0, acts.CARPAL_TUNNEL), Step(12, acts.SUTURE_REMOVAL))
EPILEPSY = course(
    Step(0, acts.HEAD_CT),
    Step(1, acts.LUMBAR_PUNCTURE),
    Step(3, acts.EEG),
    Step(8, acts.BRAIN_MRI),
    Step(200, acts.EEG, 3, 300),
)

# Ears, eyes, skin
EARS_AND_TONSILS = course(
    Step(0, acts.EAR_TUBE_RIGHT),
    Step(0, acts.EAR_TUBE_LEFT),
    Step(60, acts.HEARING_SCREENING),
    Step(700, acts.TONSILS),
    Step(700, acts.ADENOIDS),
)
HEARING_LOSS = course(Step(0, acts.HEARING_SCREENING), Step(20, acts.HEARING_AID_FITTING, 4, 120))
CATARACTS = course(Step(0, acts.CATARACT_RIGHT), Step(28, acts.CATARACT_LEFT), Step(90, acts.RETINA))
MOLES = course(
    Step(0, acts.SKIN_BIOPSY_BACK),
    Step(14, acts.SUTURE_REMOVAL),
    Step(500, acts.SKIN_BIOPSY_FACE),
    Step(510, acts.FACE_REPAIR),
)
LEG_ULCER = course(Step(0, acts.DRESSING, 24, 4))
TOE_NAIL = course(Step(0, acts.TOE_NAIL))

# Belly, neck, lungs, and what runs through the whole body
GALLSTONES = course(Step(0, acts.BILE_DUCT_ULTRASOUND), Step(25, acts.GALLBLADDER), Step(37, acts.SUTURE_REMOVAL))
APPENDICITIS = course(Step(0, acts.ABDOMEN_CT), Step(0, acts.APPENDIX), Step(11, acts.SUTURE_REMOVAL))
HERNIA = course(Step(0, acts.HERNIA), Step(12, acts.SUTURE_REMOVAL))
STOMACH = course(Step(0, acts.GASTROSCOPY), Step(0, acts.STOMACH_BIOPSY), Step(365, acts.GASTROSCOPY))
WEIGHT = course(Step(0, acts.WEIGHT_CLASS, 12, 14), Step(300, acts.STOMACH_SLEEVE), Step(330, acts.B12, 18, 30))
THYROID = course(Step(0, acts.THYROID_BIOPSY), Step(60, acts.THYROID))
LUNGS = course(
    Step(0, acts.SPIROMETRY, 8, 182),
    Step(3, acts.CHEST_X_RAY),
    Step(20, acts.SMOKING_CESSATION, 6, 7),
    Step(90, acts.BRONCHOSCOPY),
)
ALLERGY = course(Step(0, acts.ALLERGY_SHOT, 26, 7), Step(190, acts.ALLERGY_SHOT, 12, 28))
DIABETES = course(
    Step(0, acts.DIABETES_TRAINING, 6, 14),
    Step(30, acts.RETINA, 12, 365),
    Step(60, acts.GLAUCOMA_SCREENING, 6, 730),
    Step(400, acts.NAIL_TRIMMING, 24, 120),
)

# Family
PREGNANCY = course(
    Step(0, acts.ULTRASOUND_FIRST_TRIMESTER),
    Step(70, acts.ULTRASOUND_SECOND_TRIMESTER),
    Step(140, acts.BIRTH_CLASS, 6, 7),
    Step(150, acts.ULTRASOUND_THIRD_TRIMESTER),
    Step(215, acts.DELIVERY),
    Step(215, acts.PERINEUM_REPAIR),
    Step(220, acts.LACTATION_CLASS, 3, 7),
)
CESAREAN = course(
    Step(0, acts.ULTRASOUND_FIRST_TRIMESTER),
    Step(70, acts.ULTRASOUND_SECOND_TRIMESTER),
    Step(150, acts.ULTRASOUND_THIRD_TRIMESTER),
    Step(208, acts.CESAREAN),
    Step(216, acts.SUTURE_REMOVAL),
    Step(220, acts.LACTATION_CLASS, 2, 7),
)
CONTRACEPTION = course(Step(0, acts.IUD))
HYSTERECTOMY = course(Step(0, acts.HYSTERECTOMY))
VASECTOMY = course(Step(0, acts.VASECTOMY))
CIRCUMCISION = course(Step(0, acts.CIRCUMCISION))

# Mind
DEPRESSION = course(
    Step(0, acts.MENTAL_ASSESSMENT), Step(7, acts.PSYCHOTHERAPY, 24, 7), Step(10, acts.MEDICATION_MANAGEMENT, 10, 60)
)
SEVERE_DEPRESSION = course(
    Step(0, acts.MENTAL_ASSESSMENT),
    Step(3, acts.BRAIN_MRI),
    Step(20, acts.ECT, 10, 3),
    Step(60, acts.GROUP_PSYCHOTHERAPY, 16, 7),
)
ALCOHOL = course(Step(0, acts.ALCOHOL_ASSESSMENT), Step(2, acts.DETOXIFICATION), Step(14, acts.GROUP_COUNSELING, 30, 7))
